namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>A daemon that the Kubo contracts speak with: a stand-in here, a real one in the interop tests.</summary>
public abstract class KuboServer(RemoteEndpoint endpoint) : IAsyncDisposable
{
    public KuboClient Client { get; } = new(endpoint, TimeProvider.System);

    /// <summary>Whether the daemon lacks a block.</summary>
    public virtual async Task<bool> LacksAsync(Cid cid) => await Client.Blocks.FindAsync(cid, CancellationToken.None) is null;

    public virtual ValueTask DisposeAsync()
    {
        Client.Dispose();
        return ValueTask.CompletedTask;
    }
}
