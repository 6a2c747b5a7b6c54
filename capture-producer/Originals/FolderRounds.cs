namespace Wanda.CaptureProducer.Originals;

/// <summary>Work that is done on watched folders again and again, each by itself: a share that hangs holds up no other.</summary>
internal sealed class FolderRounds(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1), AtTheEnd = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, Task> _running = [];

    /// <summary>Does it on each folder whose last round is over.</summary>
    public async Task RunAsync(
        IEnumerable<WatchedFolder> folders, Func<WatchedFolder, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        foreach (var watched in folders.Where(f => !_running.TryGetValue(f.Name, out var before) || before.IsCompleted))
            _running[watched.Name] = Task.Run(() => work(watched, cancellationToken), CancellationToken.None);
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
