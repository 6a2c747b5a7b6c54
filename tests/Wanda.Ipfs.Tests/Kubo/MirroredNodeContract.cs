using Wanda.Ipfs.Tests.Node;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>The node contract over a store whose pins a daemon must hold too.</summary>
public abstract class MirroredNodeContract : IpfsNodeContract
{
    private KuboServer _server = null!;
    private BlockStore _store = null!;
    private KuboMirror _mirror = null!;

    private protected abstract Task<KuboServer> StartAsync();

    private protected override async Task<IIpfsNode> OpenAsync()
    {
        _server = await StartAsync();
        _store = await BlockStore.OpenAsync(Path.Combine(Folder, "store"), TimeProvider.System);
        _mirror = new(_store, _server.Client, TimeProvider.System,
            new() { Shared = false, CollectEvery = TimeSpan.Zero });
        return new MirroredNode(new EmbeddedNode(_store), _mirror);
    }

    private protected override async Task CloseAsync()
    {
        _mirror.Dispose();
        await _store.DisposeAsync();
        await _server.DisposeAsync();
    }

    private protected override async Task CollectAsync()
    {
        await _store.CollectAsync();
        var state = await _mirror.RunAsync();
        Assert.True(state.Up, state.Reason);
        Assert.Equal((0, null), (state.Waiting, state.Problem));
    }

    private protected override async Task<bool> LacksAsync(Cid cid) => await base.LacksAsync(cid) && await _server.LacksAsync(cid);

    [SkippableFact]
    public async Task What_is_added_is_with_the_daemon_when_the_call_returns()
    {
        byte[] content = System.Security.Cryptography.RandomNumberGenerator.GetBytes(2_500_000);
        string path = Path.Combine(Folder, "frame.fits");
        await File.WriteAllBytesAsync(path, content);

        var frame = await Node.AddFileAsync(path, "capture-1");
        var directory = await Node.AddDirectoryAsync(
            [new("0001.fits", frame.Root, frame.DagSize)],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = content.AsMemory(0, 200) }, "session-1");

        Assert.Equal(PinMode.Recursive, (await _server.Client.Pins.FindAsync(frame.Root))!.Value.Mode);
        Assert.Equal(PinMode.Direct, (await _server.Client.Pins.FindAsync(directory.Root))!.Value.Mode);
        Assert.Equal(content, await _server.Client.Blocks.ReadFileAsync(frame.Root));
        await Node.UnpinAsync("capture-1");
        await Node.UnpinAsync("session-1");
        await CollectAsync();
        Assert.True(await LacksAsync(frame.Root));
    }
}
