using System.Security.Cryptography;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Imaging.Fits;

namespace Wanda.Workers.Tests.Support;

/// <summary>Frames, and the node's side of saving one.</summary>
internal static class TestFrames
{
    public static byte[] Noise(int bytes, int seed = 1)
    {
        var noise = new byte[bytes];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    public static async Task<byte[]> FitsAsync(int size = 64, int seed = 1)
    {
        var file = new MemoryStream();
        var writer = await FitsWriter.StartAsync(file, size, size);
        var random = new Random(seed);
        await writer.WriteAsync(Enumerable.Range(0, size * size).Select(_ => (ushort)random.Next(900, 1100)).ToArray());
        await writer.CompleteAsync();
        return file.ToArray();
    }

    public static async Task<CaptureRecord> SaveAsync(
        Catalogue catalogue, StorageRoot root, TimeProvider time, SessionName session, string name, byte[] bytes)
    {
        await catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(session, SessionKind.Camera), default);
        var path = $"{session}/{name}";
        Directory.CreateDirectory(root.FolderOf(session));
        await File.WriteAllBytesAsync(root.Resolve(path), bytes);
        var now = time.GetUtcNow();
        var capture = await catalogue.Ledger.ApplyAsync(new Fact.Saved(new CaptureRecord
        {
            Id = CaptureId.New(time),
            Session = session,
            FileName = name,
            Path = path,
            SizeBytes = bytes.Length,
            ModifiedNs = (File.GetLastWriteTimeUtc(root.Resolve(path)) - DateTime.UnixEpoch).Ticks * 100,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Format = Path.GetExtension(name).TrimStart('.'),
            Source = "test",
            TakenAt = now,
            SavedAt = now,
            ClockTrusted = true,
        }), default);
        using var journal = new JournalWriter(catalogue, root);
        await journal.WriteAsync(session, default);
        return capture;
    }
}
