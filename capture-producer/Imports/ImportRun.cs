using Wanda.CaptureProducer.Gate;
using Wanda.CaptureProducer.Watch;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Imports;

/// <summary>
/// Takes the files of one old folder, each through the same gate as a watched one's. It may be ended anywhere: what is a capture already is
/// passed over the next time. What somebody still writes to is left, and looked at again when all the others are through.
/// </summary>
internal sealed class ImportRun(
    ImportRecord import, ImportFiles files, FileGate gate, SourceAccount account, ImportTurn turn, ImportStore store, TimeProvider time)
{
    private const int MostTries = 3;

    // They come to rest together: a wait for each of many small folders would be hours.
    private const int AtOnce = 1000;

    // Of what is being written to so many are kept in mind, and looked at so often in the end: a minute, with the usual quiet.
    private const int MostLeft = 10_000;
    private const int LastLooks = 30;
    private static readonly TimeSpan Tell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly List<SeenFile> _left = [];
    private ImportRecord _now = Begun(import);
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

    private static ImportRecord Begun(ImportRecord import) => import with
    {
        Found = 0,
        FoundBytes = 0,
        Taken = 0,
        Known = 0,
        Refused = 0,
        Left = 0,
        DoneBytes = 0,
        Wait = null,
        Detail = null,
    };

    private async Task<bool> PassAsync(CancellationToken cancellationToken)
    {
        files.EnsureThere();
        _left.Clear();
        _now = Begun(_now);
        var (position, isThere) = (_now.Position, false);
        foreach (var file in files.All())
        {
            _now = _now with { Found = _now.Found + 1, FoundBytes = _now.FoundBytes + file.Look.SizeBytes };
            isThere |= file.Path.Equals(position);
        }

        // Where it stood is gone: then it is looked at anew, all of it.
        if (!isThere)
            position = null;
        if (!await TellAsync(_now, cancellationToken))
            return false;
        foreach (var file in files.All().Chunk(AtOnce).SelectMany(some => some))
        {
            if (!await FileAsync(file, wasDealtWith: position is not null, cancellationToken))
                return false;
            if (file.Path.Equals(position))
                position = null;
            // Behind what was left nothing counts as dealt with: a node that starts again comes back to it.
            if (position is null && _left.Count + _now.Left == 0)
                _now = _now with { Position = file.Path };
        }

        return await LookAgainAsync(cancellationToken);
    }

    /// <summary>What was being written to is taken as soon as it is at rest; what is not in the end is named. False as before.</summary>
    private async Task<bool> LookAgainAsync(CancellationToken cancellationToken)
    {
        for (var looks = 0; looks < LastLooks && _left.Count > 0; looks++)
        {
            if (!await TellAsync(_now with { Wait = ImportWait.Writers }, cancellationToken))
                return false;
            await Task.Delay(files.Quiet, time, cancellationToken);
            SeenFile[] before = [.. _left];
            _left.Clear();
            foreach (var file in before)
            {
                if (files.Again(file) is not { } now)
                    _now = _now with { Found = _now.Found - 1, FoundBytes = _now.FoundBytes - file.Look.SizeBytes };
                else if (now != file)
                    await LeaveAsync(now, file.Look.SizeBytes, cancellationToken);
                else if (!await FileAsync(file, wasDealtWith: false, cancellationToken))
                    return false;
            }
        }

        foreach (var file in _left)
            await NameAsync(file, cancellationToken);
        await account.SettleGoneAsync(files.IsGone, cancellationToken);
        return await TellAsync(_now, cancellationToken);
    }

    /// <summary>Takes one file, or leaves it for another look. False when the import was stopped meanwhile.</summary>
    private async Task<bool> FileAsync(SeenFile file, bool wasDealtWith, CancellationToken cancellationToken)
    {
        var bytes = file.Look.SizeBytes;
        if (await gate.FindAsync(Watched(file), cancellationToken) is { } capture)
            Count(capture.Source == import.Source ? Outcome.Taken : Outcome.Known, bytes);
        // It is not read a second time: its content was known, or it was refused.
        else if (wasDealtWith)
            Count(account.IsRefused(file.Path) ? Outcome.Refused : Outcome.Known, bytes);
        else if (!await ComeAsync(bytes, cancellationToken))
            return false;
        else if (await files.RestsAsync(file, cancellationToken))
            await TakeAsync(file, cancellationToken);
        else
            await LeaveAsync(file, bytes, cancellationToken);
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

    private async Task TakeAsync(SeenFile file, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var answer = await gate.TakeAsync(Watched(file) with { Failures = tries - 1 }, cancellationToken);
            if (answer is { IsSettled: true, Refusal: null })
            {
                Count(answer.IsKnown ? Outcome.Known : Outcome.Taken, file.Look.SizeBytes);
                await account.SettleAsync(file.Path, cancellationToken);
                return;
            }

            if (answer.Refusal is not { } refusal)
            {
                await LeaveAsync(file, file.Look.SizeBytes, cancellationToken); // it was written to meanwhile
                return;
            }

            if (answer.IsSettled || tries == MostTries)
            {
                Count(Outcome.Refused, file.Look.SizeBytes);
                await account.RefuseAsync(file.Path, refusal, file.Look.SizeBytes, cancellationToken);
                return;
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private async Task LeaveAsync(SeenFile file, long bytesBefore, CancellationToken cancellationToken)
    {
        _now = _now with { FoundBytes = _now.FoundBytes + file.Look.SizeBytes - bytesBefore };
        if (_left.Count < MostLeft)
            _left.Add(file);
        else
            await NameAsync(file, cancellationToken);
    }

    private Task NameAsync(SeenFile file, CancellationToken cancellationToken)
    {
        _now = _now with { Left = _now.Left + 1 };
        return account.RefuseAsync(file.Path, new(RefusalCode.BeingWritten), file.Look.SizeBytes, cancellationToken);
    }

    private static WatchedFile Watched(SeenFile file) => new(file.Path, file.Look) { IsBacklog = true };

    private void Count(Outcome outcome, long bytes) => _now = outcome switch
    {
        Outcome.Taken => _now with { Taken = _now.Taken + 1, DoneBytes = _now.DoneBytes + bytes },
        Outcome.Known => _now with { Known = _now.Known + 1, DoneBytes = _now.DoneBytes + bytes },
        _ => _now with { Refused = _now.Refused + 1, DoneBytes = _now.DoneBytes + bytes },
    };

    private Task<bool> TellSoonAsync(CancellationToken cancellationToken) =>
        time.GetElapsedTime(_told) < Tell ? Task.FromResult(true) : TellAsync(_now, cancellationToken);

    private Task<bool> TellAsync(ImportRecord how, CancellationToken cancellationToken)
    {
        _told = time.GetTimestamp();
        return store.ProgressAsync(how, cancellationToken);
    }

    private enum Outcome
    {
        Taken,
        Known,
        Refused,
    }
}
