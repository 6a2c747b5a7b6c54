using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Ipfs;

namespace Wanda.Destinations.Kubo;

/// <summary>
/// Whether a daemon's repository is on this machine. It tells no kernel, and its address, peer id and paths prove nothing: a tunnel, a
/// container and a disk image give it others. So it is given a block that nobody else has, which is then looked for in the folder that it
/// names. Found, it is here; not found, nothing is known: it may be hidden from us.
/// </summary>
internal static class KuboRepository
{
    private static readonly MachineJudgement CannotBeTold = new(Machine.Unknown, "is a Kubo, which does not tell its machine");

    /// <exception cref="RemoteException">It does not answer.</exception>
    public static async Task<MachineJudgement> JudgeAsync(KuboClient kubo, CancellationToken cancellationToken)
    {
        try
        {
            var repository = (await kubo.Repo.StatAsync(cancellationToken)).Path;
            return Path.IsPathFullyQualified(repository) && Directory.Exists(Path.Combine(repository, "blocks"))
                && File.Exists(FileOf(repository, await GiveAsync(kubo, cancellationToken)))
                ? new(Machine.This, $"is a Kubo with its repository in {repository} of this machine")
                : CannotBeTold;
        }
        catch (RemoteException e) when (e.Failure != RemoteFailure.Unavailable)
        {
            return CannotBeTold; // our token is not good for these questions
        }
    }

    /// <summary>A block without a pin: it goes with the daemon's next collection.</summary>
    private static async Task<Cid> GiveAsync(KuboClient kubo, CancellationToken cancellationToken)
    {
        var block = Block.Create(Codec.Raw, RandomNumberGenerator.GetBytes(32));
        await kubo.Dag.ImportAsync(CarWriter.LengthOf([block.Cid], [new BlockInfo(block.Cid, block.Data.Length)]),
            (stream, stop) => CarWriter.WriteAsync(stream, [block.Cid], new[] { block }.ToAsyncEnumerable(), stop),
            pinRoots: false, cancellationToken);
        return block.Cid;
    }

    // As flatfs names it, in the folder that its default (next-to-last/2) chooses.
    private static string FileOf(string repository, Cid cid)
    {
        var key = Multibase.Encode(cid.Hash.Bytes, MultibaseEncoding.Base32)[1..].ToUpperInvariant();
        return Path.Combine(repository, "blocks", key[^3..^1], key + ".data");
    }
}
