using Wanda.Imaging.Pixels;

namespace Wanda.Imaging.Thumbnails;

/// <summary>
/// A baseline JPEG encoder (ITU-T T.81) for small pictures, so that no native library is needed to write a thumbnail. Colour is not
/// subsampled: a star is two pixels wide, and half resolution takes its colour away.
/// </summary>
internal static class JpegEncoder
{
    public static byte[] Encode(Picture picture, int quality)
    {
        var luma = JpegTables.Scale(JpegTables.LumaQuantization, quality);
        var chroma = JpegTables.Scale(JpegTables.ChromaQuantization, quality);
        var output = new JpegBitWriter(picture.Width * picture.Height / 4 + 1024);
        WriteHeaders(output, picture, luma, chroma);
        var blocks = new BlockEncoder[picture.Channels];
        for (var c = 0; c < blocks.Length; c++)
            blocks[c] = c == 0 ? new BlockEncoder(luma, isLuma: true) : new BlockEncoder(chroma, isLuma: false);
        Span<float> block = stackalloc float[64];
        for (var y = 0; y < picture.Height; y += 8)
        {
            for (var x = 0; x < picture.Width; x += 8)
            {
                for (var c = 0; c < blocks.Length; c++)
                {
                    Load(picture, x, y, c, block);
                    blocks[c].Encode(block, output);
                }
            }
        }

        output.FlushBits();
        output.Marker(0xD9);
        return output.ToArray();
    }

    // Beyond the right and lower edge the last pixel is repeated.
    private static void Load(Picture picture, int left, int top, int component, Span<float> block)
    {
        for (var i = 0; i < 64; i++)
        {
            var x = Math.Min(left + i % 8, picture.Width - 1);
            var y = Math.Min(top + i / 8, picture.Height - 1);
            if (picture.Channels == 1)
            {
                block[i] = picture[x, y, 0] - 128f;
                continue;
            }

            // JFIF: full-range BT.601.
            float r = picture[x, y, 0], g = picture[x, y, 1], b = picture[x, y, 2];
            block[i] = component switch
            {
                0 => 0.299f * r + 0.587f * g + 0.114f * b - 128f,
                1 => -0.168736f * r - 0.331264f * g + 0.5f * b,
                _ => 0.5f * r - 0.418688f * g - 0.081312f * b,
            };
        }
    }

    private static void WriteHeaders(JpegBitWriter output, Picture picture, byte[] luma, byte[] chroma)
    {
        var components = picture.Channels;
        output.Marker(0xD8);
        output.Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        WriteQuantization(output, 0, luma);
        if (components == 3)
            WriteQuantization(output, 1, chroma);
        var frame = new List<byte>
        {
            8, (byte)(picture.Height >> 8), (byte)picture.Height, (byte)(picture.Width >> 8), (byte)picture.Width, (byte)components,
        };
        for (var c = 0; c < components; c++)
            frame.AddRange([(byte)(c + 1), 0x11, (byte)(c == 0 ? 0 : 1)]);
        output.Segment(0xC0, [.. frame]);
        for (var table = 0; table < (components == 3 ? 2 : 1); table++)
        {
            var (dc, ac) = table == 0 ? (JpegTables.LumaDc, JpegTables.LumaAc) : (JpegTables.ChromaDc, JpegTables.ChromaAc);
            output.Segment(0xC4, [(byte)table, .. dc.Counts, .. dc.Symbols]);
            output.Segment(0xC4, [(byte)(0x10 | table), .. ac.Counts, .. ac.Symbols]);
        }

        var scan = new List<byte> { (byte)components };
        for (var c = 0; c < components; c++)
            scan.AddRange([(byte)(c + 1), (byte)(c == 0 ? 0x00 : 0x11)]);
        output.Segment(0xDA, [.. scan, 0, 63, 0]);
    }

    private static void WriteQuantization(JpegBitWriter output, byte id, byte[] table)
    {
        var segment = new byte[65];
        segment[0] = id;
        for (var i = 0; i < 64; i++)
            segment[i + 1] = table[JpegTables.ZigZag[i]];
        output.Segment(0xDB, segment);
    }
}
