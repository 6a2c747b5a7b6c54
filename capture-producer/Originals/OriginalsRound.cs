using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Originals;

/// <summary>
/// Goes through the adopted originals of a watched folder whose frames are released, and frees those that may go now (law 2). What a crash
/// left aside is put back first, and decided anew.
/// </summary>
internal sealed partial class OriginalsRound(
    Catalogue catalogue, ReleaseSituation node, OriginalDoor door, WandaOptions options, TimeProvider time, ILogger<OriginalsRound> log)
{
    private const int Page = 200;
    private const int ReadOnly = 30; // EROFS
    private const string NotNow = "";

    private readonly Dictionary<string, Waits> _waits = [];
    private readonly HashSet<string> _adopted = [], _refused = [];

    /// <summary>Looks at one folder's.</summary>
    public async Task RunAsync(WatchedFolder watched, CancellationToken cancellationToken)
    {
        var waits = WaitsOf(watched.Name);
        await waits.One.WaitAsync(cancellationToken);
        try
        {
            if (await watched.Adoption.FindAsync(cancellationToken) is not null && TryLook(watched.Folder) is { } root)
                await RunAsync(watched, root, waits, cancellationToken);
        }
        finally
        {
            waits.One.Release();
        }
    }

    private async Task RunAsync(WatchedFolder watched, FileLook root, Waits waits, CancellationToken cancellationToken)
    {
        if (watched.Options.AdoptExisting && Once(_adopted, watched.Name))
            await AdoptCopiesAsync(watched.Name, cancellationToken);
        // The proofs alone decide: whether it is time for the frame to go was decided when it went.
        var situation = await node.PeekAsync(cancellationToken) with { BelowLowWater = true };
        CaptureId? after = null;
        while (await catalogue.Originals.DueAsync(watched.Name, after, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var capture in page.Where(waits.IsDue))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await TryAsync(watched, root, waits, capture, situation, cancellationToken);
            }

            after = page[^1].Id;
        }

        if (!waits.HasPaused)
        {
            lock (_refused)
                _refused.Remove(watched.Name);
            await catalogue.Originals.ProblemAsync(watched.Name, null, cancellationToken);
        }
    }

    private async Task AdoptCopiesAsync(string source, CancellationToken cancellationToken)
    {
        CaptureId? after = null;
        while (await catalogue.Originals.CopiesAsync(source, after, Page, cancellationToken) is { Count: > 0 } page)
        {
            await catalogue.Ledger.ApplyAsync([.. page.Select(id => new Fact.Adopted(id))], cancellationToken);
            after = page[^1];
        }
    }

    /// <summary>Looks at one. Whatever is wrong with it stays with it (law 8).</summary>
    private async Task TryAsync(WatchedFolder watched, FileLook root, Waits waits, CaptureRecord capture, Situation situation,
        CancellationToken cancellationToken)
    {
        string? why;
        var byFolder = false;
        try
        {
            why = await FreeAsync(watched, root, capture, situation, cancellationToken);
            byFolder = true; // where it may not be removed, it was asked before anything was tried
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException { HResult: ReadOnly })
        {
            why = Coded.Text(OriginalHold.NotAllowed, e.Message);
        }
        catch (IOException e)
        {
            why = Coded.Text(OriginalHold.Failed, e.Message);
        }

        if (why is null)
        {
            waits.Allowed(capture);
            return;
        }

        var (code, detail) = Coded.Read<OriginalHold>(why);
        waits.Wait(capture, wasRead: code == OriginalHold.Damaged || (code is OriginalHold.NotAllowed or OriginalHold.Failed && !byFolder));
        if (why != NotNow)
            await HeldAsync(watched, capture, why, cancellationToken);
        if (code != OriginalHold.NotAllowed)
            return;
        waits.Refused(capture, byFolder);
        await catalogue.Originals.ProblemAsync(watched.Name, detail, cancellationToken);
        if (Once(_refused, watched.Name))
            NotAllowed(watched.Name, detail);
    }

    /// <summary>What was begun is undone first: a file that is aside has its name again before the door counts as shut.</summary>
    private async Task HeldAsync(WatchedFolder watched, CaptureRecord capture, string why, CancellationToken cancellationToken)
    {
        try
        {
            why = PutBack(watched.Folder, capture) ?? why;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LeftAside(watched.Name, HeldOriginal.AsideName(capture.Id), e.Message); // the next look finds it there
            return;
        }

        await catalogue.Ledger.ApplyAsync(new Fact.OriginalHeld(capture.Id, why), cancellationToken);
    }

    /// <summary>Why it lies there still; <see cref="NotNow"/> where there is nothing to say of it; null when it is freed.</summary>
    private async Task<string?> FreeAsync(
        WatchedFolder watched, FileLook root, CaptureRecord capture, Situation situation, CancellationToken cancellationToken)
    {
        if (PutBack(watched.Folder, capture) is { } wasAside)
            return wasAside;
        if (capture.SourceKey is null)
            return await SettledAsync(capture, OriginalState.Replaced, cancellationToken);
        using var original = capture.SourcePath is { } path ? watched.Folder.Hold(path) : null;
        if (original is null)
        {
            // Looked at after the file as well: a disk that goes takes the file with it, and that is no evidence (law 5).
            var isThere = watched.Adoption.IsThere(root) && TryLook(watched.Folder) is { } now && watched.Adoption.IsThere(now);
            return isThere ? await SettledAsync(
                capture, capture.Original == OriginalState.Freeing ? OriginalState.Freed : OriginalState.Gone, cancellationToken) : NotNow;
        }

        if (original.File.Look().Key(capture.SourcePath!) == capture.SourceKey)
            await watched.Adoption.SawAsync(root, cancellationToken);
        if (capture.Original == OriginalState.Freeing)
            return Coded.Text(OriginalHold.PutBack); // a crash came before it was set aside
        var decision = ReleasePolicy.Decide(
            capture, await catalogue.Custody.ProofsOfAsync($"{capture.Id}", cancellationToken), options.Rules, situation);
        if (decision.Hold is not null)
            return Coded.Text(OriginalHold.Unproven);
        var why = await door.FreeAsync(capture, original, decision.Proofs, cancellationToken);
        if (why is null)
            Freed(watched.Name, capture.SourcePath!, capture.SizeBytes);
        return why;
    }

    private async Task<string> SettledAsync(CaptureRecord capture, OriginalState state, CancellationToken cancellationToken)
    {
        await catalogue.Ledger.ApplyAsync(new Fact.OriginalSettled(capture.Id, state), cancellationToken);
        return NotNow;
    }

    /// <summary>
    /// A file that was left aside has a name again, beside where it lay: a newer one may have its own by now, and its place on record. Null
    /// when none is aside.
    /// </summary>
    private static string? PutBack(SourceFolder folder, CaptureRecord capture) =>
        (capture.SourcePath ?? ArchivePaths.OriginalOf(capture)) is { } path
            && folder.PutBack(path, HeldOriginal.AsideName(capture.Id), out var other)
            ? Coded.Text(OriginalHold.PutBack, $"{other}")
            : null;

    internal static FileLook? TryLook(SourceFolder folder)
    {
        try
        {
            return folder.RootLook();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it is waited for, and whoever watches it says so
        }
    }

    private Waits WaitsOf(string source)
    {
        lock (_waits)
            return _waits.TryGetValue(source, out var known) ? known : _waits[source] = new Waits(time);
    }

    private static bool Once(HashSet<string> done, string source)
    {
        lock (done)
            return done.Add(source);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Source}: the original {Path} is freed ({Bytes} bytes).")]
    private partial void Freed(string source, RawName path, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Source}: originals cannot be removed; it is tried again. {Reason}")]
    private partial void NotAllowed(string source, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Source}: {Aside} cannot be given its name back; it is tried again. {Reason}")]
    private partial void LeftAside(string source, RawName aside, string reason);
}
