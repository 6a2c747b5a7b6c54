using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>The stand-in on loopback; it can go away and come back.</summary>
internal sealed class StandInKubo : KuboServer
{
    private StandInKubo(StandIn server) : base(server.Endpoint) => Server = server;

    public StandIn Server { get; }

    public KuboStandIn Daemon { get; private set; } = null!;

    public bool Away { get; set; }

    public static async Task<StandInKubo> StartAsync()
    {
        StandInKubo? kubo = null;
        var server = await StandIn.StartAsync(context =>
        {
            if (kubo!.Away)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return kubo.Daemon.AnswerAsync(context);
        });
        return kubo = new(server) { Daemon = new() };
    }

    /// <summary>Another daemon answers at the address, with an empty store.</summary>
    public void Replace() => Daemon = new();

    /// <summary>A block that it has and no pin keeps.</summary>
    public async Task<Cid> KeptAsync(string content)
    {
        var block = Block.Create(Codec.Raw, System.Text.Encoding.UTF8.GetBytes(content));
        await Client.Blocks.PutAsync(block);
        return block.Cid;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Server.DisposeAsync();
    }
}
