using System.Security.Cryptography;
using Files.Shared;
using MassTransit;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Workers.Audit;

/// <summary>
/// Makes room for the right file where another lies in its place. What lies there is kept: it gets a name beside it and becomes a capture
/// of its own.
/// </summary>
internal sealed partial class ChangedFiles(
    Catalogue catalogue, StorageRoot root, JournalWriter journal, IBus bus, TimeProvider time, ILogger<ChangedFiles> log)
{
    /// <summary>Sets aside what lies in a frame's place; nothing happens where nothing does.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task SetAsideAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        var path = root.Resolve(capture.Path);
        var (folder, stem, ending) = (Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path), Path.GetExtension(path));
        // What a link leads to lies in another program's folder, and stays there.
        if (!LinkedFile.Remove(path) && (File.Exists(path) || Directory.Exists(path)))
            DurableFile.Rename(path, Path.Combine(folder, $"{stem}.changed-{Guid.CreateVersion7(time.GetUtcNow()):N}{ending}"));
        // Also one that a crash left without a row.
        if (!Directory.Exists(folder))
            return;
        foreach (var aside in Directory.GetFiles(folder, $"*.changed-*{ending}"))
        {
            if (Path.GetFileName(aside).StartsWith($"{stem}.changed-", StringComparison.Ordinal)
                && await catalogue.Captures.FindByPathAsync(PathOf(aside), cancellationToken) is null)
            {
                await TakeAsync(capture, aside, cancellationToken);
            }
        }
    }

    private string PathOf(string file) => Path.GetRelativePath(root.Path, file).Replace(Path.DirectorySeparatorChar, '/');

    private async Task TakeAsync(CaptureRecord capture, string file, CancellationToken cancellationToken)
    {
        using var held = HeldFile.Open(file);
        if (held is null)
            return;
        await using var content = held.Read();
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        // Of the frame it keeps what was known before its bytes changed: where and when it was taken.
        var taken = await catalogue.Ledger.ApplyAsync(new Fact.Saved(capture.AsSaved() with
        {
            Id = CaptureId.New(time),
            Number = 0,
            FileName = Path.GetFileName(file),
            OriginalName = null,
            Path = PathOf(file),
            SizeBytes = held.Identity.SizeBytes,
            ModifiedNs = held.Identity.ModifiedNs,
            Inode = held.Identity.Inode,
            Sha256 = sha256,
            SourceKey = null,
            SourcePath = null,
            SavedAt = time.GetUtcNow(),
        }), cancellationToken);
        await journal.WriteAsync(taken.Session, cancellationToken);
        await bus.Publish(taken.ToSaved(), cancellationToken);
        SetAside(capture.Session, capture.Number, taken.FileName, taken.Number);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "In the place of {Session}/{Number} lay another file. It is {File} now, frame {NewNumber} of the session.")]
    private partial void SetAside(SessionName session, int number, string file, int newNumber);
}
