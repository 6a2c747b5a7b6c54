using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Originals;

/// <summary>A watched folder of the configuration.</summary>
/// <param name="Name">Its source's name.</param>
/// <param name="Options">What the operator wants of it.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Adoption">Which of its files are this node's to free.</param>
internal sealed record WatchedFolder(string Name, WatchOptions Options, SourceFolder Folder, Adoption Adoption);

/// <summary>The watched folders, the same for whoever takes their files and whoever frees them.</summary>
internal sealed class WatchedFolders(WandaOptions options, Catalogue catalogue, ClockTrust clock, TimeProvider time)
{
    private volatile bool _begun;

    /// <summary>They.</summary>
    public IReadOnlyList<WatchedFolder> All { get; } = [.. options.Watch.Select(watch =>
    {
        // Two folders of one name share their sessions, and are two sources all the same.
        var name = options.Watch.Count(other => other.SourceName == watch.SourceName) == 1
            ? watch.SourceName : $"{watch.SourceName} ({watch.Path})";
        var folder = SourceFolder.At(watch.Path);
        return new WatchedFolder(name, watch, folder, new Adoption(name, watch, folder, catalogue.Originals, clock, time));
    })];

    /// <summary>The same by their names.</summary>
    public IReadOnlyDictionary<string, SourceFolder> ByName => field ??= All.ToDictionary(f => f.Name, f => f.Folder);

    /// <summary>Whether this process is the one that captures.</summary>
    public bool HasBegun => _begun;

    /// <summary>Those whose originals are freed; none before this process is the one that captures.</summary>
    public IEnumerable<WatchedFolder> Adopted => _begun ? All.Where(f => f.Options.Take == WatchTake.Adopt) : [];

    /// <summary>This process captures: what the operator says from now on of each folder is on record.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _begun = true;
        await catalogue.Originals.KeepAsync([.. Adopted.Select(f => f.Name)], cancellationToken);
        foreach (var watched in Adopted)
            await watched.Adoption.FindAsync(cancellationToken);
    }
}
