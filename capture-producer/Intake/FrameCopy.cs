using Wanda.CaptureProducer.Folders;

namespace Wanda.CaptureProducer;

/// <summary>Secures a frame of another program: its extents are shared where the file system can, otherwise its bytes are copied.</summary>
internal static class FrameCopy
{
    /// <summary>Copies an open file into <paramref name="target"/>.</summary>
    /// <param name="source">The file.</param>
    /// <param name="look">What it looked like when it was found to be at rest.</param>
    /// <param name="target">Empty, and open for writing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>SHA-256 of its bytes, lower-case hex; null when it was touched since: it is taken when it rests again.</returns>
    public static async Task<string?> CopyAsync(OpenedFile source, FileLook look, FileStream target, CancellationToken cancellationToken)
    {
        await using var hashing = new HashingStream(Reflink.TryClone(source.Handle, target.SafeFileHandle) ? Stream.Null : target);
        return await ReadAsync(source, hashing, look, cancellationToken);
    }

    /// <summary>The same hash without a copy; null also when it is given up, which is asked now and then.</summary>
    public static async Task<string?> HashAsync(
        OpenedFile source, FileLook look, CancellationToken cancellationToken, Func<bool>? isGivenUp = null)
    {
        await using var hashing = new HashingStream(Stream.Null);
        return await ReadAsync(source, hashing, look, cancellationToken, isGivenUp);
    }

    /// <summary>Copies the bytes of an open file whatever becomes of its name meanwhile.</summary>
    /// <returns>SHA-256 of them, which tells whether they are those that are meant.</returns>
    public static async Task<string> CopyOutAsync(OpenedFile source, long bytes, FileStream target, CancellationToken cancellationToken)
    {
        await using var hashing = new HashingStream(target);
        await PassAsync(source, hashing, bytes, cancellationToken);
        return hashing.Sha256();
    }

    private static async Task<string?> ReadAsync(
        OpenedFile source, HashingStream hashing, FileLook look, CancellationToken cancellationToken, Func<bool>? isGivenUp = null) =>
        await PassAsync(source, hashing, look.SizeBytes, cancellationToken, isGivenUp)
            && hashing.Length == look.SizeBytes && source.Look() == look ? hashing.Sha256() : null;

    private static async Task<bool> PassAsync(
        OpenedFile source, HashingStream hashing, long bytes, CancellationToken cancellationToken, Func<bool>? isGivenUp = null)
    {
        await using var stream = source.Read();
        // Not further than it was long: one that grows as fast as it is read would never end.
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            for (int read; hashing.Length <= bytes && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (isGivenUp?.Invoke() == true)
                    return false;
                await hashing.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        return true;
    }
}
