using System.Collections.Concurrent;
using System.Security.Cryptography;
using Files.Shared;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Workers;

/// <summary>
/// The frames' files, held against what was saved. What is missing or damaged is on record once, as a fact of the frame: it is never sent
/// from here again, and the right one is fetched from where it is.
/// </summary>
internal sealed class FrameFiles(Catalogue catalogue, StorageRoot root)
{
    private readonly ConcurrentDictionary<CaptureId, FileIdentity> _wrong = new();

    /// <summary>Opens a frame's file and looks whether it is the one that was saved.</summary>
    /// <param name="capture">The frame.</param>
    /// <param name="everyByte">Whether all of it is read also where size, time and inode say that it is.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The file; or what is wrong with it, which is on record then.</returns>
    /// <exception cref="StorageRootException">The disk is not there: nothing can be said.</exception>
    /// <exception cref="IOException">
    /// It cannot be read, or was written to meanwhile; or it is another program's, and whoever guards it there has not decided yet.
    /// </exception>
    public async Task<(HeldFile? File, string? Wrong)> OpenAsync(CaptureRecord capture, bool everyByte, CancellationToken cancellationToken)
    {
        var file = HeldFile.Open(root.Resolve(capture.Path), capture.LiesInPlace());
        try
        {
            // Looked at after the file, not before: a disk that goes in between takes the file with it, and that is no evidence (law 5).
            await root.EnsurePresentAsync(cancellationToken);
            if (await WrongAsync(capture, file, everyByte, cancellationToken) is not { } wrong)
                return (Take(ref file), null);
            await catalogue.Ledger.ApplyAsync(new Fact.FileLost(capture.Id, wrong), cancellationToken);
            return (null, wrong);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>What is wrong with a frame's file; null when it is the one that was saved.</summary>
    /// <inheritdoc cref="OpenAsync" path="/param"/>
    public async Task<string?> WrongAsync(CaptureRecord capture, bool everyByte, CancellationToken cancellationToken)
    {
        var (file, wrong) = await OpenAsync(capture, everyByte, cancellationToken);
        file?.Dispose();
        return wrong;
    }

    /// <summary>
    /// Deletes a frame's file, if it is the one that was saved; also one that was changed in place by the disk alone. Called by a door, and
    /// by nobody else.
    /// </summary>
    /// <returns>False when another file lies there: it was left alone.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task<bool> DeleteAsync(CaptureRecord capture)
    {
        var path = root.Resolve(capture.Path);
        if (LinkedFile.Remove(path))
            return true; // what it led to is its program's
        using var file = HeldFile.Open(path);
        if (file is null)
        {
            // It may have gone in a crash, before its folder was synced.
            if (Directory.Exists(Path.GetDirectoryName(path)))
                DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
            return true;
        }

        var own = file.Identity == new FileIdentity(capture.SizeBytes, capture.ModifiedNs, capture.Inode)
            || (file.Identity.SizeBytes == capture.SizeBytes && await HashAsync(file, CancellationToken.None) == capture.Sha256);
        return own && file.Delete();
    }

    private async Task<string?> WrongAsync(CaptureRecord capture, HeldFile? file, bool everyByte, CancellationToken cancellationToken)
    {
        if (file is null && capture is { FileLostAt: null } && capture.LiesInPlace())
            throw NotAsItLay(capture);
        if (file is null)
            return $"its file {capture.Path} is missing, and it was not released: look for who removed it";
        var untouched = file.Identity == new FileIdentity(capture.SizeBytes, capture.ModifiedNs, capture.Inode);
        if (untouched && !everyByte && capture.FileLostAt is null)
            return null;
        // Wrong before, and nobody touched it since: it is not read again at each look.
        if (!everyByte && capture.FileLostWhy is { } known && _wrong.TryGetValue(capture.Id, out var before) && before == file.Identity)
            return known;
        if (file.Identity.SizeBytes == capture.SizeBytes && await HashAsync(file, cancellationToken) == capture.Sha256)
        {
            _wrong.TryRemove(capture.Id, out _);
            if (!untouched || capture.FileLostAt is not null)
            {
                await catalogue.Ledger.ApplyAsync(
                    new Fact.FileFound(capture.Id, file.Identity.ModifiedNs, file.Identity.Inode), cancellationToken);
            }

            return null;
        }

        if (file.IsLinked && !untouched)
            throw NotAsItLay(capture);
        _wrong[capture.Id] = file.Identity;
        return untouched
            ? $"its file {capture.Path} is damaged on this disk: it holds other bytes than were saved, and nobody wrote to it"
            : $"its file {capture.Path} was changed after it was saved";
    }

    /// <summary>
    /// What lies in another program's folder is not as it was saved. Whether its bytes are saved all the same is known to the producer,
    /// which guards it there: it copies them, or tells that they are lost.
    /// </summary>
    public static IOException NotAsItLay(CaptureRecord capture) => new(
        $"{capture.Session}/{capture.Number} was moved or written over in {capture.Source}: it is copied, or told as lost, in a moment.");

    private static async Task<string> HashAsync(HeldFile file, CancellationToken cancellationToken)
    {
        await using var content = file.Read();
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        return file.WasWritten() ? throw new IOException("It was written to while it was read.") : hash;
    }

    private static HeldFile? Take(ref HeldFile? file)
    {
        var taken = file;
        file = null;
        return taken;
    }
}
