using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>Something that verification found wrong.</summary>
/// <param name="Cid">The block, as a CIDv1 (raw when its codec is not known from the place where it was found).</param>
/// <param name="Owner">Whose pin or file it concerns; null for a stored block that was found by itself.</param>
/// <param name="Detail">What is wrong and where, for the operator.</param>
public sealed record VerificationFinding(Cid Cid, string? Owner, string Detail);

/// <summary>The outcome of a verification.</summary>
/// <param name="Blocks">Blocks read and hashed, those in files included.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Findings">What is wrong; empty when the store is sound and every recursive pin whole.</param>
public sealed record VerificationResult(long Blocks, long Bytes, IReadOnlyList<VerificationFinding> Findings);

/// <summary>Reads and hashes all there is, then follows every recursive pin.</summary>
internal sealed class StoreVerifier(BlockStore store)
{
    private readonly List<VerificationFinding> _findings = [];
    private long _blocks;
    private long _bytes;

    public async Task<VerificationResult> RunAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
        try
        {
            foreach (var (hash, _) in store.Folder.Shards().SelectMany(BlockFolder.List))
            {
                cancellationToken.ThrowIfCancellationRequested();
                CheckStored(Cid.V1(Codec.Raw, hash), buffer);
            }

            foreach (var (file, leaves) in await store.Index.FilesAsync(cancellationToken).ConfigureAwait(false))
                CheckFile(file, leaves, buffer, cancellationToken);
            foreach (var pin in await store.PinsAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
                await CheckPinAsync(pin, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new(_blocks, _bytes, _findings);
    }

    private void CheckStored(Cid cid, byte[] buffer)
    {
        if (store.Folder.Read(cid, buffer, out string damage) is { } block)
        {
            Count(block.Data.Length);
        }
        else if (damage.Length > 0)
        {
            store.Folder.Quarantine(cid);
            _findings.Add(new(cid, null, $"{damage}; set aside."));
        }
    }

    private void CheckFile(FileReference file, byte[] leaves, byte[] buffer, CancellationToken cancellationToken)
    {
        for (int leaf = 0; leaf < leaves.Length / LeafList.DigestBytes; leaf++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var hash = Multihash.FromSha256(leaves.AsSpan(leaf * LeafList.DigestBytes, LeafList.DigestBytes));
            int length = file.Read(leaf, buffer, out string reason);
            if (length < 0 || !hash.Matches(buffer.AsSpan(0, length)))
            {
                string difference = length < 0 ? reason : file.Difference();
                var cid = Cid.V1(file.Wrapped ? Codec.DagPb : Codec.Raw, hash);
                if (store.Folder.Read(cid, buffer, out _) is not null)
                    continue; // repaired: a copy of the store's own serves
                // One finding a file: a thousand lines about one deleted frame hide the next.
                _findings.Add(new(cid, file.Owner, difference));
                return;
            }

            Count(length);
        }
    }

    private async Task CheckPinAsync(Pin pin, CancellationToken cancellationToken)
    {
        try
        {
            await store.RequireAsync(pin.Cid, pin.Mode, cancellationToken).ConfigureAwait(false);
        }
        catch (BlockNotFoundException e)
        {
            _findings.Add(new(e.Cid, pin.Owner, e.Message));
        }
        catch (DagFormatException e)
        {
            _findings.Add(new(pin.Cid, pin.Owner, e.Message));
        }
    }

    private void Count(int bytes)
    {
        _blocks++;
        _bytes += bytes;
    }
}
