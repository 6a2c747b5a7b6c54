using Wanda.Hosting;

namespace Wanda.CaptureProducer.Originals;

/// <summary>Frees the originals of adopted folders, each folder by itself: a share that hangs holds up no other.</summary>
internal sealed class OriginalsTimer(OriginalsRound round, WatchedFolders folders, TimeProvider time, PeriodicSettings settings)
    : PeriodicService("freeing originals", Interval, settings)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1), AtTheEnd = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, Task> _running = [];

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var watched in folders.Adopted.Where(f => !_running.TryGetValue(f.Name, out var before) || before.IsCompleted))
            _running[watched.Name] = Task.Run(() => round.RunAsync(watched, cancellationToken), CancellationToken.None);
        var all = Task.WhenAll(_running.Values);
        try
        {
            await all.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // One takes long; the others are looked at again.
        }
        catch (OperationCanceledException)
        {
            // What was begun is ended in a moment, unless a share hangs.
            await Task.WhenAny(all, Task.Delay(AtTheEnd, time, CancellationToken.None));
            throw;
        }
    }
}
