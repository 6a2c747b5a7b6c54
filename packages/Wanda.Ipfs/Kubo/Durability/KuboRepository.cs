using System.Security.Cryptography;

namespace Wanda.Ipfs;

/// <summary>
/// Whether a daemon's repository is on this machine. It tells no kernel, and its address, peer id and paths prove nothing: a tunnel, a
/// container and a disk image give it others. So it is given a block that nobody else has, which is then looked for in the folder that it
/// names. Found, it is here; not found, nothing is known: it may be hidden from us.
/// </summary>
public static class KuboRepository
{
    /// <summary>The repository's folder on this machine.</summary>
    /// <returns>
    /// Null when it was not found. The daemon keeps a block of 32 bytes without a pin, which goes with its next collection.
    /// </returns>
    /// <exception cref="RemoteException">It does not answer, or does not let us ask.</exception>
    public static async Task<string?> FindAsync(KuboClient kubo, CancellationToken cancellationToken)
    {
        string repository = (await kubo.Repo.StatAsync(cancellationToken).ConfigureAwait(false)).Path;
        return Path.IsPathFullyQualified(repository) && Directory.Exists(BlocksOf(repository))
            && File.Exists(FileOf(repository, await GiveAsync(kubo, cancellationToken).ConfigureAwait(false)))
            ? repository
            : null;
    }

    internal static string BlocksOf(string repository) => Path.Combine(repository, "blocks");

    private static async Task<Cid> GiveAsync(KuboClient kubo, CancellationToken cancellationToken)
    {
        var block = Block.Create(Codec.Raw, RandomNumberGenerator.GetBytes(32));
        await kubo.Dag.ImportAsync(CarWriter.LengthOf([block.Cid], [new BlockInfo(block.Cid, block.Data.Length)]),
            (stream, stop) => CarWriter.WriteAsync(stream, [block.Cid], new[] { block }.ToAsyncEnumerable(), stop),
            pinRoots: false, cancellationToken).ConfigureAwait(false);
        return block.Cid;
    }

    // As flatfs names it, in the folder that its default (next-to-last/2) chooses.
    private static string FileOf(string repository, Cid cid)
    {
        var key = Multibase.Encode(cid.Hash.Bytes, MultibaseEncoding.Base32)[1..].ToUpperInvariant();
        return Path.Combine(BlocksOf(repository), key[^3..^1], key + ".data");
    }
}
