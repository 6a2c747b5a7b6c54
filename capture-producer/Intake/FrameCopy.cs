using Files.Shared;

namespace Wanda.CaptureProducer;

/// <summary>Secures a frame of another program: its extents are shared where the file system can, otherwise its bytes are copied.</summary>
internal static class FrameCopy
{
    /// <summary>Copies the file at <paramref name="source"/> into <paramref name="target"/>.</summary>
    /// <exception cref="IOException">It was written to meanwhile: it is taken when it rests again.</exception>
    public static async Task<FrameFacts> CopyAsync(
        string source, FileStream target, TimeProvider time, CancellationToken cancellationToken)
    {
        var before = FileIdentity.Of(source);
        await using var stream = new FileStream(source, FileMode.Open, FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete, 0, useAsync: true);
        await using var hashing = new HashingStream(Reflink.TryClone(stream.SafeFileHandle, target.SafeFileHandle) ? Stream.Null : target);
        await stream.CopyToAsync(hashing, 1 << 20, cancellationToken);
        var reading = await FrameReader.ReadAsync(
            stream, Path.GetFileName(source), FrameReader.Modified(source), time, cancellationToken);
        if (FileIdentity.Of(source) != before || hashing.Length != before?.SizeBytes)
            throw new IOException($"{source} was written to while it was copied.");
        return new FrameFacts(hashing.Sha256(), reading.TakenAt, reading.Metadata);
    }
}
