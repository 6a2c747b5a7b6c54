using System.Security.Cryptography;

namespace Wanda.Ipfs;

/// <summary>
/// Whether a daemon's refusal means that it does not have what was asked for: it says of it what it says of a CID that nobody has.
/// </summary>
internal sealed class KuboAbsence(KuboRpc rpc)
{
    // The empty directory, which every repository has from its beginning.
    private static readonly Block Control = Block.Create(Codec.DagPb, new byte[] { 0x0a, 0x02, 0x08, 0x01 });

    /// <summary>
    /// Of a block. A daemon that finds nothing any more, for one because its disk has gone, tells nothing of a single block.
    /// </summary>
    /// <param name="command">The command that was refused.</param>
    /// <param name="cid">What it was asked for.</param>
    /// <param name="refusal">What it said.</param>
    /// <param name="cancellationToken">Breaks the questions off.</param>
    /// <exception cref="RemoteException">It does not tell, or does not find what it must have.</exception>
    public async Task<bool> IsOfBlockAsync(string command, Cid cid, KuboException refusal, CancellationToken cancellationToken)
    {
        if (await AskAsync("block/stat", Control.Cid, [("offline", "true")], cancellationToken).ConfigureAwait(false) is not null)
        {
            // Somebody may have unpinned and collected it; where it can be put back and is found, the others are to be believed.
            await KuboBlocks.PutAsync(rpc, Control, cancellationToken).ConfigureAwait(false);
            if (await AskAsync("block/stat", Control.Cid, [("offline", "true")], cancellationToken).ConfigureAwait(false) is { } said)
            {
                throw new RemoteException(rpc.Name, RemoteFailure.Unavailable,
                    $"does not find what it was just given, so nothing is believed of what it does not find: {said.Said}", said);
            }
        }

        return await IsOfAsync(command, [("offline", "true")], cid, refusal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Of anything else that a command was asked for.</summary>
    /// <exception cref="RemoteException">It does not tell.</exception>
    public async Task<bool> IsOfAsync(
        string command, (string, string?)[] arguments, Cid cid, KuboException refusal, CancellationToken cancellationToken)
    {
        var hash = Multihash.Sha256(RandomNumberGenerator.GetBytes(32));
        var nobodys = cid.Version == 0 ? Cid.V0(hash) : Cid.V1(cid.Codec, hash);
        return await AskAsync(command, nobodys, arguments, cancellationToken).ConfigureAwait(false) is { } said
            && Form(said, nobodys) == Form(refusal, cid);
    }

    /// <returns>What it refuses with; null when it does not.</returns>
    private async Task<KuboException?> AskAsync(
        string command, Cid cid, (string, string?)[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await rpc.SendAsync(command, [("arg", cid.ToString()), .. arguments], null, cancellationToken)
                .ConfigureAwait(false);
            return null;
        }
        catch (KuboException e)
        {
            return e;
        }
    }

    private static string Form(KuboException said, Cid cid) =>
        new[] { cid.ToString(), cid.ToV1().ToString(), Cid.V1(Codec.Raw, cid.Hash).ToString() }
            .Aggregate(said.Said!, (text, name) => text.Replace(name, "*", StringComparison.Ordinal));
}
