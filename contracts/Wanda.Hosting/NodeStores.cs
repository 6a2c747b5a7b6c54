using Files.Shared;
using Wanda.Catalog;

namespace Wanda.Hosting;

/// <summary>
/// Opens a node's catalogue and storage root, and sees before that to what became of its stores while it did not run (law 5): damaged ones
/// make room, a lost catalogue is rebuilt and an older one filled, before the first number is given. What else is missing is filled from
/// the catalogue as the node works. Nobody has to act, and a screen says what happened.
/// </summary>
internal sealed class NodeStores(WandaOptions options, DataFolder data, TimeProvider time)
{
    private readonly List<StoreReport> _found = [];

    /// <summary>The catalogue, open.</summary>
    public Catalogue Catalogue { get; private set; } = null!;

    /// <summary>The storage root.</summary>
    public StorageRoot Root { get; private set; } = null!;

    /// <summary>This process's share in the node.</summary>
    public RunningNode Running { get; private set; } = null!;

    /// <summary>Opens them.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        // The parts of a new node are started together: the first makes what is missing, the others wait for it and find it.
        using var turn = await StartTurn.TakeAsync(Path.Combine(options.Data, "start.lock"), time, cancellationToken);
        Running = await RunningNode.EnterAsync(Path.Combine(options.Data, "running.lock"), () => LookAsync(cancellationToken));
        Catalogue = await Catalogue.OpenAsync(data.Catalogue, time, cancellationToken);
        try
        {
            await OpenRootAsync(cancellationToken);
            foreach (var report in _found)
                await Catalogue.Node.MadeGoodAsync(report, cancellationToken);
        }
        catch
        {
            await Catalogue.DisposeAsync();
            throw;
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        // A new node has none of them; one that has some, or frames, had all.
        var isNew = !File.Exists(data.Catalogue) && !File.Exists(data.Queue)
            && !File.Exists(Path.Combine(options.Storage.Root!, StorageRoot.IdFileName));
        foreach (var (store, path) in new[]
                 {
                     (NodeStoreKind.Catalogue, data.Catalogue), (NodeStoreKind.Queue, data.Queue), (NodeStoreKind.Blocks, data.BlockIndex),
                 })
        {
            if (await DamagedStore.SetAsideAsync(path, time, cancellationToken) is { } damaged)
                Found(store, StoreHarm.Damaged, damaged.Aside);
            else if (!isNew && !File.Exists(path) && store != NodeStoreKind.Blocks)
                Found(store, StoreHarm.Lost);
        }

        // A cache, which fills itself again.
        await DamagedStore.SetAsideAsync(data.FetchedIndex, time, cancellationToken);
    }

    private async Task OpenRootAsync(CancellationToken cancellationToken)
    {
        // This file marks a rebuild that is under way. It is written before the catalogue is bound to its storage root, and deleted when
        // every journal was read: a rebuild that a crash interrupts begins again at the next start (law 7).
        var rebuilding = Path.Combine(options.Data, "catalogue.rebuilding");
        if (await Catalogue.Node.StorageRootIdAsync(cancellationToken) is null)
            await DurableFile.WriteAsync(rebuilding, overwrite: true, _ => Task.CompletedTask, cancellationToken);
        Root = await StorageRoot.OpenAsync(options.Storage.Root!, Catalogue, cancellationToken);
        if (File.Exists(rebuilding))
        {
            var frames = await CatalogueRebuild.FromJournalsAsync(Catalogue, Root, cancellationToken);
            Filled(frames, _found.Find(f => f.Store == NodeStoreKind.Catalogue)?.Harm ?? StoreHarm.Lost);
            DurableFile.Delete(rebuilding);
        }
        else
        {
            Filled(await CatchUpAsync(cancellationToken), StoreHarm.Old);
        }
    }

    /// <summary>A backup that was put back is older than the journals: it is filled before anybody gives a number again.</summary>
    private async Task<int> CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await CatalogueRebuild.CatchUpAsync(Catalogue, Root, cancellationToken);
        }
        catch (StorageRootException)
        {
            // The disk is not there: nothing is taken until it is, and the reconciler looks again then.
            return 0;
        }
    }

    private void Filled(int frames, StoreHarm harm)
    {
        var known = _found.Find(f => f.Store == NodeStoreKind.Catalogue);
        if (known is not null)
            _found.Remove(known);
        if (known is not null || frames > 0)
            Found(NodeStoreKind.Catalogue, harm, known?.Aside, frames);
    }

    private void Found(NodeStoreKind store, StoreHarm harm, string? aside = null, int frames = 0) =>
        _found.Add(new StoreReport { Store = store, Harm = harm, At = time.GetUtcNow(), Aside = aside, Frames = frames });
}
