using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>What a file became.</summary>
/// <param name="Cid">Its CID, or that of the directory around it.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Pinned">Whether the node keeps it under that CID.</param>
/// <param name="LocalPath">The path that was asked for.</param>
public sealed record AddOutcome(string Cid, long SizeBytes, bool Pinned, string LocalPath);

/// <summary>
/// Gives a file of this node its CID, and keeps it when that is asked for. Paths are those of the page, never of the machine:
/// <c>/captures/FOLDER/NAME</c> of the app's folder, <c>/watch/SOURCE/PATH</c> of any watched one, <c>/frames/SESSION/NAME</c> of the
/// node's own.
/// </summary>
internal sealed class AddCommand(
    Catalogue catalogue, WandaOptions options, StorageRoot root, AppFolder app, FrameRetrieval retrieval, DiskSpace space)
{
    private const int MaxPath = 4096;

    /// <exception cref="AppException">There is no such file, it changed meanwhile, or there is no room to keep it.</exception>
    public async Task<AddOutcome> AddAsync(string path, bool pin, bool wrap, CancellationToken cancellationToken)
    {
        var profile = UnixFsProfile.Parse(options.Ipfs.Profile);
        using var before = Open(path).Content;
        var added = await new UnixFsImporter(profile).ImportAsync(before, null, cancellationToken);
        var directory = wrap
            ? UnixFsDirectory.Build(profile, [new DagPbLink(path[(path.LastIndexOf('/') + 1)..], added.Root, added.DagSize)])
            : null;
        var cid = directory?.Root ?? added.Root;
        var isFrame = await catalogue.Captures.CountByCidAsync(added.Root.ToString(), cancellationToken) > 0;
        if (pin && !(isFrame && directory is null))
            await KeepAsync(path, added, profile, directory, isFrame, cancellationToken);
        return new AddOutcome(cid.ToString(), added.Size, pin || (isFrame && directory is null), path);
    }

    private async Task KeepAsync(
        string path, ImportedFile added, UnixFsProfile profile, UnixFsDirectory? directory, bool isFrame,
        CancellationToken cancellationToken)
    {
        if (space.FreeBytes - added.DagSize < options.Release.LowWater.Bytes)
        {
            throw new AppException(AppError.StorageFull,
                $"The disk has {new ByteSize(space.FreeBytes)} left, and frames need {options.Release.LowWater} (release.lowWater).");
        }

        var store = await retrieval.Own.StoreAsync(cancellationToken);
        await using var batch = store.Begin();
        if (!isFrame)
        {
            // Read again, now to keep it: what another program writes to meanwhile is no file yet.
            using var again = Open(path).Content;
            if ((await new UnixFsImporter(profile).ImportAsync(again, new Keeping(batch), cancellationToken)).Root != added.Root)
                throw new AppException(AppError.PinFailed, $"{path} is being written to. Ask again when it is at rest.");
        }

        foreach (var block in directory?.Blocks ?? [])
            await batch.PutAsync(block, cancellationToken);
        var cid = directory?.Root ?? added.Root;
        // A frame is kept by its own pin, and may be let go.
        batch.Pin(AskedPin.Owner(cid), cid, isFrame ? PinMode.Direct : PinMode.Recursive);
        batch.Note(AskedPin.Owner(cid), path[(path.LastIndexOf('/') + 1)..]);
        await batch.CommitAsync(cancellationToken);
    }

    private FoundFile Open(string path)
    {
        if (path.Length is 0 or > MaxPath || path[0] != '/'
            || CapturePath.Parse(Uri.EscapeDataString(path[1..]).Replace("%2F", "/", StringComparison.Ordinal)) is not { } below
            || CapturePath.PartsOf(below) is not { Count: > 1 } parts || parts.Any(part => part[0] == '.'))
        {
            throw new AppException(AppError.InvalidRequest,
                "path: is none of a file here. Write /captures/FOLDER/NAME, /watch/SOURCE/PATH or /frames/SESSION/NAME.");
        }

        IReadOnlyList<string> rest = [.. parts.Skip(1)];
        var file = parts[0] switch
        {
            "captures" => app.Open(Join(rest)),
            "frames" => AppFolder.Open(root.Path, Join(rest)),
            "watch" when rest.Count > 1 && options.Watch.FirstOrDefault(w => w.SourceName == rest[0]) is { } watch =>
                AppFolder.Open(watch.Path, Join([.. rest.Skip(1)])),
            _ => null,
        };
        return file ?? throw new AppException(AppError.NotFound, $"There is no file {path}.");
    }

    private static RawName Join(IReadOnlyList<string> parts) => RawName.FromText(string.Join('/', parts));

    private sealed class Keeping(BlockBatch batch) : IDagSink
    {
        public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
            batch.PutAsync(block, cancellationToken);

        public ValueTask NodeAsync(Block block, CancellationToken cancellationToken) => batch.PutAsync(block, cancellationToken);
    }
}
