namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// MassTransit's receiver blocks a thread of the pool for as long as all places of its queue are taken. The pool makes a thread for each
/// processor when it is asked, and further ones twice a second: beside a few queues with slow consumers, everything in the process would
/// stand still for seconds. So each receiver brings the thread that it may block, where the host asked for it
/// (<see cref="ISqliteSqlHostConfigurator.RaiseThreadPoolMinimum"/>).
/// </summary>
internal static class PoolThreads
{
    private static readonly Lock Gate = new();

    /// <summary>Lets the pool make one thread more at once, until then.</summary>
    public static void AddUntil(CancellationToken cancellationToken)
    {
        Add(1);
        cancellationToken.UnsafeRegister(static _ => Add(-1), null);
    }

    private static void Add(int threads)
    {
        lock (Gate)
        {
            ThreadPool.GetMinThreads(out var workers, out var completions);
            ThreadPool.SetMinThreads(Math.Max(1, workers + threads), completions);
        }
    }
}
