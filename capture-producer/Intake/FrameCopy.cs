using Wanda.CaptureProducer.Folders;

namespace Wanda.CaptureProducer;

/// <summary>Secures a frame of another program: its extents are shared where the file system can, otherwise its bytes are copied.</summary>
internal static class FrameCopy
{
    /// <summary>Copies an open file into <paramref name="target"/>.</summary>
    /// <returns>SHA-256 of its bytes, lower-case hex; null when it was written to meanwhile: it is taken when it rests again.</returns>
    public static async Task<string?> CopyAsync(OpenedFile source, FileStream target, CancellationToken cancellationToken)
    {
        var before = source.Look();
        await using var hashing = new HashingStream(Reflink.TryClone(source.Handle, target.SafeFileHandle) ? Stream.Null : target);
        return await ReadAsync(source, hashing, before, cancellationToken);
    }

    /// <summary>The same hash without a copy.</summary>
    public static async Task<string?> HashAsync(OpenedFile source, CancellationToken cancellationToken)
    {
        var before = source.Look();
        await using var hashing = new HashingStream(Stream.Null);
        return await ReadAsync(source, hashing, before, cancellationToken);
    }

    private static async Task<string?> ReadAsync(
        OpenedFile source, HashingStream hashing, FileLook before, CancellationToken cancellationToken)
    {
        await using var stream = source.Read();
        // Not further than it was long: one that grows as fast as it is read would never end.
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            for (int read; hashing.Length <= before.SizeBytes && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
                await hashing.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        var after = source.Look();
        return hashing.Length == before.SizeBytes && (after.SizeBytes, after.ModifiedNs) == (before.SizeBytes, before.ModifiedNs)
            ? hashing.Sha256()
            : null;
    }
}
