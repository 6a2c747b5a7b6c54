using System.IO.Compression;

namespace Wanda.Ops.Tests.Web;

/// <summary>A preview that shows stars, without any imaging library.</summary>
internal static class Stars
{
    /// <summary>Writes a PNG.</summary>
    public static async Task WriteAsync(string path, int seed)
    {
        const int Width = 160, Height = 120;
        var random = new Random(seed);
        var rows = new byte[Height * (Width + 1)];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = i % (Width + 1) == 0 ? (byte)0 : (byte)(18 + random.Next(10));
        for (var star = 0; star < 60; star++)
        {
            var at = random.Next(2, Height - 2) * (Width + 1) + random.Next(2, Width - 2);
            rows[at] = (byte)random.Next(120, 256);
            rows[at + 1] = rows[at - 1] = rows[at + Width + 1] = rows[at - Width - 1] = (byte)(rows[at] / 2);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = File.Create(path);
        await file.WriteAsync(new byte[] { 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a });
        await ChunkAsync(file, "IHDR", [0, 0, 0, Width, 0, 0, 0, Height, 8, 0, 0, 0, 0]);
        var packed = new MemoryStream();
        await using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            await zlib.WriteAsync(rows);
        await ChunkAsync(file, "IDAT", packed.ToArray());
        await ChunkAsync(file, "IEND", []);
    }

    private static async Task ChunkAsync(Stream file, string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        var crc = 0xffffffffu;
        foreach (var b in body)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
        }

        await file.WriteAsync(BigEndian((uint)data.Length));
        await file.WriteAsync(body);
        await file.WriteAsync(BigEndian(~crc));

        static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
    }
}
