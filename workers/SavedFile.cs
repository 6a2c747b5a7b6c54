using System.Security.Cryptography;
using Files.Shared;
using Wanda.Catalog;

namespace Wanda.Workers;

/// <summary>A frame's file, held against what was saved.</summary>
internal static class SavedFile
{
    /// <summary>
    /// How the file differs from the one that was saved; null when it does not. Size, times and inode tell it cheaply, then the hash.
    /// </summary>
    public static async Task<string?> ChangeAsync(CaptureRecord capture, string path, CancellationToken cancellationToken)
    {
        if (FileIdentity.Of(path) == new FileIdentity(capture.SizeBytes, capture.ModifiedNs, capture.Inode))
            return null;
        await using var file = File.OpenRead(path);
        return file.Length == capture.SizeBytes
            && Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) == capture.Sha256
            ? null
            : $"its file {capture.Path} was changed after it was saved";
    }
}
