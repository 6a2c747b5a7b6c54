using System.Security.Cryptography;

namespace Wanda.Ipfs;

/// <summary>Imports a file, and holds its bytes against what they should be in the same read.</summary>
internal static class FileImport
{
    /// <param name="profile">Decides CIDs.</param>
    /// <param name="path">The file.</param>
    /// <param name="sink">Takes its blocks.</param>
    /// <param name="sha256">What the SHA-256 of its bytes must be, lower-case hex; null for whatever it is.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="FileContentException">It is another.</exception>
    public static async Task<ImportedFile> RunAsync(
        UnixFsProfile profile, string path, IDagSink sink, string? sha256, CancellationToken cancellationToken)
    {
        var importer = new UnixFsImporter(profile);
        if (sha256 is null)
            return await importer.ImportAsync(path, sink, cancellationToken).ConfigureAwait(false);
        // No buffer: every read is a whole chunk.
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0,
            FileOptions.SequentialScan);
        await using var _ = file.ConfigureAwait(false);
        using var hash = SHA256.Create();
        // It hashes what passes through, while the chunks before are hashed for their CIDs.
        var read = new CryptoStream(file, hash, CryptoStreamMode.Read, leaveOpen: true);
        await using var __ = read.ConfigureAwait(false);
        var imported = await importer.ImportAsync(read, sink, cancellationToken).ConfigureAwait(false);
        // What a short last chunk left unread is the end of the stream, which makes the hash whole.
        await read.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        var found = Convert.ToHexStringLower(hash.Hash!);
        return found == sha256 ? imported : throw new FileContentException(path, found);
    }
}
