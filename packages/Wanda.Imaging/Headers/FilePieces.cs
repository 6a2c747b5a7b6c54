namespace Wanda.Imaging.Headers;

/// <summary>Reads pieces of a file from where a header says that they are, which may be anywhere.</summary>
internal sealed class FilePieces(Stream stream)
{
    /// <summary>What is there of a piece; nothing of one that lies outside of the file.</summary>
    public async Task<byte[]> ReadAsync(long offset, int length, CancellationToken cancellationToken)
    {
        if (offset < 0 || offset >= stream.Length)
            return [];
        stream.Position = offset;
        var bytes = new byte[(int)Math.Min(length, stream.Length - offset)];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return bytes[..read];
    }
}
