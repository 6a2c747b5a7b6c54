using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>Reads and hashes all that the embedded block store has or refers to, beside the running processes.</summary>
public sealed class BlockStoreCheck(
    Catalogue catalogue, StorageRoot root, DataFolder data, FetchedStore fetched, FrameRetrieval retrieval, TimeProvider time)
{
    /// <summary>Verifies; takes as long as reading every frame that is here.</summary>
    /// <param name="repair">
    /// Whether to make good what can be: from the frames' own files, then from wherever frames are got back from.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="NotHereException">There is no block store yet.</exception>
    public async Task<BlockStoreReport> RunAsync(bool repair, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(data.Ipfs))
            throw new NotHereException($"There is no block store in {data.Ipfs} yet: the workers make it when they start ('wanda up').");
        await using var store = await BlockStore.OpenAsync(data.Ipfs, time, cancellationToken);
        var moved = repair ? await store.RelocateAsync(NowAsync, cancellationToken) : 0;
        var elsewhere = new RepairSources(catalogue, fetched, retrieval);
        var repaired = repair ? await store.RepairAsync(elsewhere.CopyOf, cancellationToken) : null;
        var found = repaired?.Found ?? await store.VerifyAsync(cancellationToken);
        var size = await store.StatAsync(cancellationToken);
        return new BlockStoreReport
        {
            CheckedBlocks = found.Blocks,
            CheckedBytes = found.Bytes,
            StoredBlocks = size.Blocks,
            StoredBytes = size.Bytes,
            ReferredFiles = size.Files,
            ReferredBytes = size.ReferencedBytes,
            Pins = size.Pins,
            Damage = await DamageAsync(found.Findings, cancellationToken),
            Moved = moved,
            Rebuilt = repaired?.Rebuilt,
            Fetched = repaired?.Fetched,
            From = elsewhere.Gave,
            Tried = elsewhere.Failed,
            Remaining = await DamageAsync(repaired?.Remaining ?? found.Findings, cancellationToken),
        };
    }

    /// <summary>The store refers to frames by their whole path, and the storage may have been moved.</summary>
    private async Task<string?> NowAsync(string owner, string path, CancellationToken cancellationToken) =>
        CaptureId.TryParse(owner, out var id) && await catalogue.Captures.FindAsync(id, cancellationToken) is { } frame
        && root.Resolve(frame.Path) is var now && now != path && File.Exists(now)
            ? now
            : null;

    private async Task<IReadOnlyList<BlockDamage>> DamageAsync(
        IReadOnlyList<VerificationFinding> findings, CancellationToken cancellationToken)
    {
        var damage = new List<BlockDamage>();
        foreach (var finding in findings)
            damage.Add(new BlockDamage(finding.Cid.ToString(), await NameAsync(finding.Owner, cancellationToken), finding.Detail));
        return damage;
    }

    /// <summary>A frame or a session as the operator knows it; whatever else owns a pin under its own name.</summary>
    private async Task<string?> NameAsync(string? owner, CancellationToken cancellationToken) =>
        CaptureId.TryParse(owner, out var id) && await catalogue.Captures.FindAsync(id, cancellationToken) is { } frame
            ? $"{frame.Session}/{frame.Number}"
        : ArchiveOwner.TryParse(owner, out var archive) ? $"archive of {archive.Session}"
        : owner;
}
