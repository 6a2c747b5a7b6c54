using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Gate;
using Wanda.CaptureProducer.Watch;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Imports;

/// <summary>
/// Takes the files of one old folder, each through the same gate as a watched one's. It may be ended anywhere: what is a capture already is
/// passed over the next time.
/// </summary>
internal sealed class ImportRun(
    ImportRecord import, SourceFolder folder, FileGate gate, SourceAccount account, ImportTurn turn, ImportStore store, OwnFolders own,
    TimeProvider time)
{
    private const int MostTries = 3;
    private static readonly TimeSpan Tell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private ImportRecord _now = import with { Found = 0, Taken = 0, Known = 0, Refused = 0, Wait = null, Detail = null };
    private long _told;

    /// <summary>Takes all there is. False when the operator stopped it.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await account.OpenAsync(cancellationToken);
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await PassAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageRootException)
            {
                // An unmounted disk, a share that went away, our own storage: what was taken is known at the next pass.
                var wait = e is StorageRootException ? ImportWait.Storage : ImportWait.Folder;
                if (!await TellAsync(_now with { Wait = wait, Detail = e.Message }, cancellationToken))
                    return false;
                await Task.Delay(Backoff.Delay(failures), time, cancellationToken);
            }
        }
    }

    private async Task<bool> PassAsync(CancellationToken cancellationToken)
    {
        _ = folder.RootLook();
        var position = _now.Position;
        // Where it stood is gone: then it is looked at anew, all of it.
        if (position is not null && !Files().Any(file => file.Path.Equals(position)))
            position = null;
        _now = _now with { Found = Files().LongCount(), Taken = 0, Known = 0, Refused = 0, Wait = null, Detail = null };
        if (!await TellAsync(_now, cancellationToken))
            return false;
        foreach (var (path, look) in Files())
        {
            if (!await FileAsync(new WatchedFile(path, look) { IsBacklog = true }, wasDealtWith: position is not null, cancellationToken))
                return false;
            if (path.Equals(position))
                position = null;
            if (position is null)
                _now = _now with { Position = path };
        }

        return await TellAsync(_now, cancellationToken);
    }

    /// <summary>Takes one file. False when the import was stopped meanwhile.</summary>
    private async Task<bool> FileAsync(WatchedFile file, bool wasDealtWith, CancellationToken cancellationToken)
    {
        if (await gate.FindAsync(file, cancellationToken) is { } capture)
        {
            _now = capture.Source == import.Source ? _now with { Taken = _now.Taken + 1 } : _now with { Known = _now.Known + 1 };
            return await TellSoonAsync(cancellationToken);
        }

        // It is not read a second time: its content was known, or it was refused.
        if (wasDealtWith)
        {
            _now = account.IsRefused(file.Path) ? _now with { Refused = _now.Refused + 1 } : _now with { Known = _now.Known + 1 };
            return await TellSoonAsync(cancellationToken);
        }

        if (!await ComeAsync(file.Look.SizeBytes, cancellationToken))
            return false;

        await TakeAsync(file, cancellationToken);
        return await TellSoonAsync(cancellationToken);
    }

    /// <summary>Waits for its turn. False when the import was stopped meanwhile.</summary>
    private async Task<bool> ComeAsync(long bytes, CancellationToken cancellationToken)
    {
        var waited = false;
        while (await turn.WaitAsync(bytes, cancellationToken) is { } wait)
        {
            waited = true;
            if (!await TellAsync(_now with { Wait = wait }, cancellationToken))
                return false;
            await Task.Delay(Look, time, cancellationToken);
        }

        return !waited || await TellAsync(_now, cancellationToken);
    }

    private async Task TakeAsync(WatchedFile file, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var answer = await gate.TakeAsync(file, cancellationToken);
            if (answer is { IsSettled: true, Refusal: null })
            {
                _now = answer.IsKnown ? _now with { Known = _now.Known + 1 } : _now with { Taken = _now.Taken + 1 };
                await account.SettleAsync(file.Path, cancellationToken);
                return;
            }

            if (answer.IsSettled || tries == MostTries)
            {
                _now = _now with { Refused = _now.Refused + 1 };
                await account.RefuseAsync(file.Path, answer.Refusal ?? new(RefusalCode.Failed, "it is being written to"),
                    file.Look.SizeBytes, cancellationToken);
                return;
            }

            await Task.Delay(Look, time, cancellationToken);
            if (folder.Look(file.Path) is { Kind: EntryKind.File } look)
                file = file with { Look = look, Failures = tries };
        }
    }

    /// <summary>The files that may be taken, folder by folder, the oldest of each first: in the same order each time.</summary>
    private IEnumerable<(RawName Path, FileLook Look)> Files()
    {
        var folders = new Stack<RawName?>([null]);
        var isOwn = own.Now();
        while (folders.TryPop(out var at))
        {
            if (at is not null && folder.Look(at) is { } self && isOwn(self))
                continue;
            var files = new List<(RawName Path, FileLook Look)>();
            foreach (var entry in folder.Entries(at).OrderByDescending(e => e.Path.ToString(), StringComparer.Ordinal))
            {
                if (UnfinishedNames.Reason(entry.Path) is not null || entry.Look is not { } look
                    || gate.ReasonAgainst(entry.Path, look.Kind) is not null)
                {
                    continue;
                }

                if (look.Kind == EntryKind.Folder)
                    folders.Push(entry.Path);
                else if (look.Kind == EntryKind.File)
                    files.Add((entry.Path, look));
            }

            foreach (var file in files.OrderBy(f => f.Look.ModifiedNs).ThenBy(f => f.Path.ToString(), StringComparer.Ordinal))
                yield return file;
        }
    }

    private Task<bool> TellSoonAsync(CancellationToken cancellationToken) =>
        time.GetElapsedTime(_told) < Tell ? Task.FromResult(true) : TellAsync(_now, cancellationToken);

    private Task<bool> TellAsync(ImportRecord how, CancellationToken cancellationToken)
    {
        _told = time.GetTimestamp();
        return store.ProgressAsync(how, cancellationToken);
    }
}
