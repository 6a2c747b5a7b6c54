namespace Wanda.Ipfs;

/// <summary>
/// Keeps garbage collection and commits apart, between threads and processes: commits share the lock, the collector takes it alone for
/// each short slice of deletions. The lock is on an open file, so it ends with its process however that dies.
/// </summary>
internal sealed class CollectionLock(string root, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _path = Path.Combine(root, "collection.lock");

    public Task<IDisposable> SharedAsync(CancellationToken cancellationToken) => AcquireAsync(_path, FileShare.Read, cancellationToken);

    public Task<IDisposable> ExclusiveAsync(CancellationToken cancellationToken) => AcquireAsync(_path, FileShare.None, cancellationToken);

    /// <summary>One collector at a time.</summary>
    public Task<IDisposable> CollectorAsync(CancellationToken cancellationToken) =>
        AcquireAsync(Path.ChangeExtension(_path, ".turn"), FileShare.None, cancellationToken);

    /// <summary>Lets those in who look whether the lock is free.</summary>
    public Task YieldAsync(CancellationToken cancellationToken) => Task.Delay(2 * Poll, time, cancellationToken);

    private async Task<IDisposable> AcquireAsync(string path, FileShare share, CancellationToken cancellationToken)
    {
        long since = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, share, 1);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
            {
                if (time.GetElapsedTime(since) > Patience)
                {
                    throw new IOException(
                        $"{path} was held by another process for {Patience.TotalSeconds:0} s; see which one hangs (fuser {path}).", e);
                }
            }

            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
