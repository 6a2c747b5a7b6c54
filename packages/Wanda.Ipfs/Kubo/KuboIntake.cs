namespace Wanda.Ipfs;

/// <summary>Gives a daemon blocks whose CIDs were computed here, pins them, and compares what it answers.</summary>
internal sealed class KuboIntake(KuboClient client)
{
    /// <summary>One import that stores a whole DAG and pins it recursively: nothing can be collected in between.</summary>
    /// <param name="root">The DAG's root.</param>
    /// <param name="length">The CAR's length in bytes; null when it is not known.</param>
    /// <param name="write">Writes the CAR.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="CidDisagreementException">The daemon pinned something else.</exception>
    /// <exception cref="RemoteException">The daemon did not take it, or did not pin it.</exception>
    public async Task PinDagAsync(Cid root, long? length, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var answered = await client.Dag.ImportAsync(length, write, pinRoots: true, cancellationToken).ConfigureAwait(false);
        if (answered.Count != 1)
        {
            throw new RemoteException(client.Name, RemoteFailure.Malformed,
                $"names {answered.Count} roots after the import of {root} alone.");
        }

        if (answered[0].Cid.ToV1() != root.ToV1())
            throw new CidDisagreementException(client.Name, root, answered[0].Cid);
        if (answered[0].PinError.Length > 0)
            throw new KuboException(client.Name, "dag/import", $"{root} was not pinned: {answered[0].PinError}");
    }

    /// <summary>Pins a block that the daemon has, and nothing below it.</summary>
    /// <exception cref="RemoteException">The daemon did not do it.</exception>
    public async Task PinDirectAsync(Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            await client.Pins.AddAsync(cid, PinMode.Direct, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (KuboException) when (!cancellationToken.IsCancellationRequested)
        {
            // A recursive pin on it, of a frame equal to this small file, keeps it as well.
            if (await client.Pins.FindAsync(cid, PinMode.Recursive, cancellationToken).ConfigureAwait(false) is null)
                throw;
        }
    }
}
