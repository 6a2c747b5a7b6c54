using Wanda.Catalog;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>Where a fetched frame came from.</summary>
internal enum FetchedFrom
{
    Nowhere,
    Folder,
    Here,
    Destination,
}

/// <summary>What became of one frame.</summary>
internal readonly record struct FetchedFrame(FetchedFrom From, long FetchedBytes, MissingFrame? Missing);

/// <summary>Brings one frame into a folder.</summary>
internal sealed class FrameFetch(Catalogue catalogue, StorageRoot root, Gateways gateways, string folder)
{
    public async Task<FetchedFrame> RunAsync(CaptureRecord capture, CancellationToken cancel)
    {
        // A name is what a path ends in, so it leads nowhere else; a hostile catalogue could still say "..".
        var name = SessionMetadata.ArchiveName(capture);
        if (name is "" or "." or ".." || name.Contains('\0') || name.Contains(Path.DirectorySeparatorChar))
            return Missing(capture.Id.ToString(), [$"'{name}' is no file name"]);
        var path = Path.Combine(folder, name);
        try
        {
            if (File.Exists(path))
            {
                return await PartFile.HashAsync(path, cancel) == capture.Sha256
                    ? new FetchedFrame(FetchedFrom.Folder, 0, null)
                    : Missing(name, ["the folder holds a different file of this name, which was left alone"]);
            }

            return await FetchAsync(capture, name, path, cancel);
        }
        catch (IOException e)
        {
            return Missing(name, [e.Message]);
        }
    }

    private async Task<FetchedFrame> FetchAsync(CaptureRecord capture, string name, string path, CancellationToken cancel)
    {
        var tried = new List<string>();
        var local = root.Resolve(capture.Path);
        if (capture.ReleasedAt is null && File.Exists(local))
        {
            await using var file = new FileStream(local, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
            if (await new PartFile(path).CompleteAsync(file, capture.Sha256, cancel) is not null)
                return new FetchedFrame(FetchedFrom.Here, 0, null);
            tried.Add("the file here is not the one that was saved");
        }

        if (capture.Cid is not { } cid)
            return Missing(name, [.. tried, "it has no CID yet, so it was never sent anywhere"]);
        foreach (var gateway in await OrderAsync(capture, cancel))
        {
            try
            {
                await using var stream = await UnixFsReader.OpenAsync(gateway, Cid.Parse(cid), cancel);
                if (await new PartFile(path).CompleteAsync(stream, capture.Sha256, cancel) is { } bytes)
                    return new FetchedFrame(FetchedFrom.Destination, bytes, null);
                tried.Add($"{gateway.Name} holds the CID, but its content is not what was saved");
            }
            catch (Exception e) when (e is BlockNotFoundException or DagFormatException or CidFormatException)
            {
                tried.Add(e.Message);
            }
        }

        return Missing(name, tried.Count == 0 ? ["it is not here, and no destination is configured"] : tried);
    }

    // Those that have proven it first.
    private async Task<IReadOnlyList<TrustlessGateway>> OrderAsync(CaptureRecord capture, CancellationToken cancel)
    {
        var proven = (await catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), cancel)).Select(p => p.Destination).ToHashSet();
        return gateways.All.OrderBy(g => !proven.Contains(g.Name)).ToList();
    }

    private static FetchedFrame Missing(string name, IEnumerable<string> why) => new(FetchedFrom.Nowhere, 0, new MissingFrame(name, string.Join("; ", why)));
}
