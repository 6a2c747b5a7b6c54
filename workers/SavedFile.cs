using System.Security.Cryptography;
using Files.Shared;
using Wanda.Catalog;

namespace Wanda.Workers;

/// <summary>A frame's file, held against what was saved.</summary>
internal static class SavedFile
{
    /// <summary>Whether an open file is, byte for byte, the one that was saved. Every byte is read.</summary>
    /// <exception cref="IOException">It was written to meanwhile, or cannot be read.</exception>
    public static async Task<bool> IsAsync(CaptureRecord capture, HeldFile file, CancellationToken cancellationToken)
    {
        if (file.Identity.SizeBytes != capture.SizeBytes)
            return false;
        await using var content = file.Read();
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        return hash == capture.Sha256 && !file.WasWritten();
    }

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
