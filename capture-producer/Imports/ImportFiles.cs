using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Gate;
using Wanda.CaptureProducer.Watch;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Imports;

/// <summary>A file of an old folder, as it was seen.</summary>
/// <param name="Path">Below the folder.</param>
/// <param name="Look">What it looked like.</param>
/// <param name="At">When, a timestamp.</param>
internal readonly record struct SeenFile(RawName Path, FileLook Look, long At);

/// <summary>The files of an old folder that may be taken, and whether somebody still writes to one of them.</summary>
/// <param name="folder">The folder.</param>
/// <param name="gate">Knows what the preset leaves out.</param>
/// <param name="own">Folders below it that this node writes to.</param>
/// <param name="quiet">So long a file must not have changed: by our own account, as a file's time may say anything.</param>
/// <param name="time">Measures that.</param>
internal sealed class ImportFiles(SourceFolder folder, FileGate gate, OwnFolders own, TimeSpan quiet, TimeProvider time)
{
    /// <summary>So long a file must not have changed.</summary>
    public TimeSpan Quiet => quiet;

    /// <summary>That the folder is there.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public void EnsureThere() => _ = folder.RootLook();

    /// <summary>All of them, folder by folder, the oldest of each first: in the same order each time.</summary>
    public IEnumerable<SeenFile> All()
    {
        var folders = new Stack<RawName?>([null]);
        var isOwn = own.Now();
        while (folders.TryPop(out var at))
        {
            if (at is not null && folder.Look(at) is { } self && isOwn(self))
                continue;
            var files = new List<SeenFile>();
            var entries = folder.Entries(at);
            var now = time.GetTimestamp();
            foreach (var entry in entries.OrderByDescending(e => e.Path.ToString(), StringComparer.Ordinal))
            {
                if (UnfinishedNames.Reason(entry.Path) is not null || entry.Look is not { } look
                    || gate.ReasonAgainst(entry.Path, look.Kind) is not null)
                {
                    continue;
                }

                if (look.Kind == EntryKind.Folder)
                    folders.Push(entry.Path);
                else if (look.Kind == EntryKind.File)
                    files.Add(new(entry.Path, look, now));
            }

            foreach (var file in files.OrderBy(f => f.Look.ModifiedNs).ThenBy(f => f.Path.ToString(), StringComparer.Ordinal))
                yield return file;
        }
    }

    /// <summary>A file as it is now: the same when it has not changed; null when it is gone.</summary>
    public SeenFile? Again(SeenFile file) => folder.Look(file.Path) is not { Kind: EntryKind.File } look ? null
        : look == file.Look ? file
        : file with { Look = look, At = time.GetTimestamp() };

    /// <summary>Whether a path has no file any more.</summary>
    public bool IsGone(RawName path) => folder.Look(path) is not { Kind: EntryKind.File };

    /// <summary>Whether a file is at rest: its look is old enough and has not changed, and nobody has it open to write.</summary>
    public async Task<bool> RestsAsync(SeenFile file, CancellationToken cancellationToken)
    {
        if (quiet - time.GetElapsedTime(file.At) is var left && left > TimeSpan.Zero)
            await Task.Delay(left, time, cancellationToken);
        if (Again(file) != file)
            return false;
        try
        {
            using var opened = folder.Open(file.Path);
            return OpenForWriting.By(opened.Handle) != true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true; // the gate says what is wrong with it
        }
    }
}
