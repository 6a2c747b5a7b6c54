using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>
/// The daemon that the Kubo tests speak with: the one whose RPC address the environment variable WANDA_KUBO_RPC holds (any daemon that may
/// be filled and collected), or a stand-in in this process.
/// </summary>
internal sealed class KuboServer : IAsyncDisposable
{
    private readonly StandIn? _standIn;

    private KuboServer(StandIn? standIn, RemoteEndpoint endpoint)
    {
        _standIn = standIn;
        Client = new(endpoint, TimeProvider.System);
    }

    public KuboClient Client { get; }

    /// <summary>Whether the daemon lacks a block. Only a real one may leave it at silence.</summary>
    public async Task<bool> LacksAsync(Cid cid)
    {
        try
        {
            return await Client.Blocks.FindAsync(cid, CancellationToken.None) is null;
        }
        catch (RemoteException e) when (_standIn is null && e.Failure == RemoteFailure.Unavailable)
        {
            return true;
        }
    }

    public static async Task<KuboServer> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("WANDA_KUBO_RPC") is { Length: > 0 } address)
        {
            // js-ipfs knows no "offline": asked for a block it lacks, it looks for it in the network without end.
            return new(null, new RemoteEndpoint(new Uri(address)) { Patience = TimeSpan.FromSeconds(10), Tries = 1 });
        }
        var standIn = await StandIn.StartAsync(new KuboStandIn().AnswerAsync);
        return new(standIn, standIn.Endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_standIn is not null)
        {
            await _standIn.DisposeAsync();
        }
    }
}
