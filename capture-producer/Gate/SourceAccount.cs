using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Gate;

/// <summary>
/// What one source has to say of itself to the operator: how it is, what it saw and did not take, and what it saw too late. The catalogue
/// keeps it for the screens; trouble with that is logged and stops nothing.
/// </summary>
internal sealed partial class SourceAccount(
    string name, SourceKind kind, string place, IntakeStore store, TimeProvider time, ILogger<SourceAccount> log)
{
    /// <summary>How often it is said again how a source is.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    /// <summary>How long it may say nothing of itself before it is said to stand still; a very large file takes some minutes.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<RawName, Refusal?> _refused = new();
    private readonly SemaphoreSlim _reporting = new(1);
    private (SourceState State, SourceTrouble? Trouble) _said;
    private long _saidAt;
    private long _heardAt = time.GetTimestamp();

    /// <summary>The source's name.</summary>
    public string Name => name;

    /// <summary>How long it may say nothing of itself.</summary>
    public TimeSpan Patience { get; init; } = DefaultPatience;

    /// <summary>Takes up what stands in the catalogue of refused files.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) => KeepAsync(async () =>
    {
        foreach (var path in await store.RefusedPathsAsync(name, cancellationToken))
            _refused.TryAdd(path, null);
    });

    /// <summary>A source that is new is there from now on, although it says nothing of itself before its first frame.</summary>
    public Task IntroduceAsync(CancellationToken cancellationToken) =>
        KeepAsync(() => store.IntroduceAsync(name, kind, place, cancellationToken));

    /// <summary>Says how the source is; while that does not change, once in half a minute.</summary>
    public Task ReportAsync(SourceState state, SourceTrouble? trouble, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _heardAt, time.GetTimestamp());
        return ReportAsync((state, trouble), cancellationToken);
    }

    /// <summary>
    /// Says again what was said last, when it is time to; that it runs when nothing was said yet. Of a source that says nothing itself, it
    /// says that it stands still: a share that hangs holds up whoever looks at it, and a camera may never end an exposure.
    /// </summary>
    public Task RepeatAsync(CancellationToken cancellationToken)
    {
        var silence = time.GetElapsedTime(Volatile.Read(ref _heardAt));
        return ReportAsync(silence < Patience ? null : (SourceState.Waiting, StandsStill), cancellationToken);
    }

    private SourceTrouble StandsStill => new(SourceCode.Silent, Patience.TotalMinutes.ToString("0", CultureInfo.InvariantCulture));

    /// <summary>A file is not taken, and why.</summary>
    public Task RefuseAsync(RawName path, Refusal refusal, long bytes, CancellationToken cancellationToken)
    {
        var isKnown = _refused.TryGetValue(path, out var before);
        if (before == refusal)
            return Task.CompletedTask;
        // Beyond the limit only the log tells of them: a folder of a million pipes is no memory of ours.
        if (_refused.Count < IntakeStore.MaxRefusals)
            _refused[path] = refusal;
        if (!isKnown)
            NotTaken(name, path, refusal);
        return KeepAsync(() => store.RefusedAsync(name, path, refusal, bytes, cancellationToken));
    }

    /// <summary>Whether a file is refused, as far as is known.</summary>
    public bool IsRefused(RawName path) => _refused.ContainsKey(path);

    /// <summary>A file is taken, or gone: nothing is refused about it any more.</summary>
    public Task SettleAsync(RawName path, CancellationToken cancellationToken) =>
        _refused.TryRemove(path, out _)
            ? KeepAsync(() => store.SettledAsync(name, path, cancellationToken))
            : Task.CompletedTask;

    /// <summary>Refused files that are not there any more are settled.</summary>
    public async Task SettleGoneAsync(Func<RawName, bool> isGone, CancellationToken cancellationToken)
    {
        foreach (var gone in _refused.Keys.Where(isGone).ToList())
            await SettleAsync(gone, cancellationToken);
    }

    /// <summary>Versions of files were gone before they could be taken.</summary>
    public Task MissedAsync(int versions, bool exactly, CancellationToken cancellationToken)
    {
        if (versions > 0)
            Missed(name, exactly ? "" : "at least ", versions);
        return KeepAsync(() => store.MissedAsync(name, versions, exactly, cancellationToken));
    }

    // One after the other: what is said again must not come after what is said anew.
    private async Task ReportAsync((SourceState State, SourceTrouble? Trouble)? said, CancellationToken cancellationToken)
    {
        await _reporting.WaitAsync(cancellationToken);
        try
        {
            var now = said ?? _said;
            if (_saidAt != 0 && _said == now && time.GetElapsedTime(_saidAt) < Heartbeat)
                return;
            (_said, _saidAt) = (now, time.GetTimestamp());
            await KeepAsync(() => store.ReportAsync(name, kind, place, now.State, now.Trouble, cancellationToken));
        }
        finally
        {
            _reporting.Release();
        }
    }

    private async Task KeepAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NotKept(name, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Source}: {Path} is not taken: {Reason}")]
    private partial void NotTaken(string source, RawName path, Refusal reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Source}: {AtLeast}{Count} version(s) of files were overwritten or removed before they could be taken.")]
    private partial void Missed(string source, string atLeast, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What {Source} says of itself is not in the catalogue: {Reason}")]
    private partial void NotKept(string source, string reason);
}
