using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Interop.Tests;

/// <summary>What a node sends frames with: its blocks, its catalogue, its line.</summary>
internal sealed class SendingNode(UnixFsProfile profile) : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private BlockStore _store = null!;
    private Catalogue _catalogue = null!;

    public EmbeddedNode Ipfs { get; private set; } = null!;

    public DestinationTools Tools { get; private set; } = null!;

    public async Task OpenAsync()
    {
        _store = await BlockStore.OpenAsync(Path.Combine(_folder.Path, "store"), TimeProvider.System);
        _catalogue = await Catalogue.OpenAsync(Path.Combine(_folder.Path, "catalogue.db"), TimeProvider.System, default);
        Ipfs = new EmbeddedNode(_store, profile);
        Tools = new DestinationTools(new WandaOptions { Data = _folder.Path }, Ipfs,
            new ReadBack(new OwnNodes(Ipfs, []), TimeProvider.System), TimeProvider.System, Catalogue: _catalogue);
    }

    public UploadLine LineOf(DestinationOptions destination) =>
        new(destination, new Uplink(TimeProvider.System), _catalogue, TimeProvider.System);

    /// <summary>Makes a destination known, as the node does at its start.</summary>
    public Task RegisterAsync(DestinationOptions destination) => _catalogue.Destinations.RegisterAsync(
        [new ConfiguredDestination(destination.Name, destination.Kind, destination.Domain, destination.Place, _ => true)], default);

    /// <summary>What was found of a destination.</summary>
    public async Task<(Machine? Machine, string? How)> FoundAsync(DestinationOptions destination)
    {
        var known = await _catalogue.Destinations.FindAsync(destination.Name, default);
        return (known?.Machine, known?.MachineHow);
    }

    /// <summary>Has a daemon of Kubo's on record as one that was started after it was configured to flush.</summary>
    public async Task SawRestartedAsync(KuboClient kubo) => await _catalogue.Node.StoreDaemonAsync(
        (await kubo.IdentityAsync()).Id, """{ "Started": null }""", default);

    /// <summary>What was sent to a destination this month.</summary>
    public async Task<long> SentAsync(DestinationOptions destination, UploadLine line)
    {
        line.Save();
        await _catalogue.Node.SawTimeAsync(TimeProvider.System.GetUtcNow(), default); // a write, along with which it goes
        return await _catalogue.Destinations.SentAsync(destination.Name, UploadMonth.Of(TimeProvider.System), default);
    }

    /// <summary>Records what a destination took, as the offloader does.</summary>
    public Task TookAsync(DestinationOptions destination, OffloadItem item, string? remoteId) => _catalogue.Ledger.ApplyAsync(
        new Fact.Pushed(new RemotePin
        {
            Destination = destination.Name,
            Subject = item.Subject,
            Cid = item.Cid.ToString(),
            RemoteId = remoteId,
            PushedAt = TimeProvider.System.GetUtcNow(),
        }), default);

    /// <summary>Adds a frame of random bytes.</summary>
    public async Task<OffloadItem> FrameAsync(string name, int seed, int bytes = 700_000)
    {
        var added = await Ipfs.AddFileAsync(_folder.File(name, TemporaryFolder.RandomBytes(seed, bytes)), name);
        return new OffloadItem(SubjectKind.Capture, name, added.Root, new PinLabels("m42", name, name, seed));
    }

    public async ValueTask DisposeAsync()
    {
        await _catalogue.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }
}
