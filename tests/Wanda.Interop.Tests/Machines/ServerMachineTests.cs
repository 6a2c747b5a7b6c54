using Wanda.Custody;
using Wanda.Destinations.Wanda;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Machines;

/// <summary>Law 2 with a real server, a process of its own, where addresses lie.</summary>
[Trait("Rerun", "Never")]
public sealed class ServerMachineTests : IAsyncLifetime
{
    private readonly SendingNode _node = new(UnixFsProfile.UnixFsV1_2025);

    public Task InitializeAsync() => _node.OpenAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task On_loopback_it_is_this_machine()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await AssertHereAsync(server);
    }

    [SkippableFact]
    public async Task Behind_an_address_that_is_no_interfaces_here_it_is_this_machine_too()
    {
        using var network = NetworkNamespace.Create();
        await using var server = new ServerProcess(elsewhere: (network.Name, network.Address));
        await server.StartAsync();
        Assert.Equal(network.Address, server.Client.BaseAddress!.Host);
        await AssertHereAsync(server);
    }

    private async Task AssertHereAsync(ServerProcess server)
    {
        var options = new DestinationOptions { Name = "server", Url = server.Client.BaseAddress!.AbsoluteUri, Token = server.Token };
        await _node.RegisterAsync(options);
        var frame = await _node.FrameAsync("a", 5);
        var destination = new WandaDestination(options, _node.Tools, _node.LineOf(options));
        await destination.PushAsync(frame, default);

        var proof = (await destination.ProveAsync(frame, default))!;
        var there = await destination.ThereAsync(frame, default); // as an audit reads it back

        Assert.Equal((true, true), (proof.OnThisMachine, there.OnThisMachine));
        Assert.Equal((Machine.This, "runs on this machine's kernel"), await _node.FoundAsync(options));
    }
}
