using System.Globalization;

namespace Wanda.Ipfs;

/// <summary>
/// Whether what a daemon took outlives a power cut. Its flatfs flushes a block before it answers only with <c>sync</c>, which Kubo's own
/// default leaves off; and what it tells of that is its file, while it may run with an older one. So <c>sync</c> counts when the daemon
/// was started again after we saw it; and where the daemon is on this machine, we can flush for it.
/// </summary>
/// <remarks>
/// Source: Kubo, docs/datastores.md; the start is in its Prometheus metrics. Asks for <c>config/show</c>, and where we may flush for
/// <c>repo/stat</c> and <c>dag/import</c>: a token's AllowedPaths want them.
/// </remarks>
/// <param name="client">The daemon.</param>
/// <param name="sightings">What was seen of daemons before.</param>
/// <param name="mayFlushByUs">
/// Whether a daemon on this machine is flushed by us; not where it is to hold a copy, which one on this machine does not.
/// </param>
/// <param name="time">The clock by which the place of the repository is asked for again.</param>
public sealed class KuboDurability(KuboClient client, IKuboSightings sightings, bool mayFlushByUs, TimeProvider? time = null) : IDisposable
{
    /// <summary>A clock that is corrected moves the start of a process by as much: one within these is the same.</summary>
    private const double SameStartSeconds = 2;

    private const string Advice = "Set \"sync\" of its flatfs to true: "
        + "ipfs config --json Datastore.Spec \"$(ipfs config Datastore.Spec | sed 's/\"sync\": false/\"sync\": true/')\"; "
        + "and start it again.";

    private static readonly TimeSpan FoundEvery = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SemaphoreSlim _gate = new(1);
    private (string Peer, long At, string? Problem)? _found;
    private KuboDisk? _disk;

    /// <summary>Asks the daemon.</summary>
    /// <exception cref="RemoteException">It does not answer, or refuses us (<see cref="RemoteFailure.Denied"/>).</exception>
    public async Task<KuboFlush> AskAsync(CancellationToken cancellationToken = default)
    {
        KuboStores stores;
        try
        {
            stores = KuboStores.Of(await client.ConfigurationAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (RemoteException e) when (e is KuboException || e.Failure is RemoteFailure.NotFound or RemoteFailure.Malformed)
        {
            return new(Flushing.Unknown, $"does not tell its configuration: {e.Detail}");
        }

        if (stores.Problem is { } problem)
            return new(stores.Syncs ? Flushing.Unknown : Flushing.No, problem);
        if (stores.Peer is not { Length: > 0 } peer)
            return new(Flushing.Unknown, "does not tell its peer id in its configuration, so it cannot be told from another.");
        var own = await OwnAsync(peer, stores.Syncs, cancellationToken).ConfigureAwait(false);
        return own.Flushing == Flushing.Yes || !mayFlushByUs ? own : await ByUsAsync(own, peer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Flushes what the daemon took since it was asked, where that is ours to do; where it is the daemon's, makes sure that it was the same
    /// process all the while. To be called after its answer.
    /// </summary>
    /// <param name="asked">What <see cref="AskAsync"/> said before the daemon was given anything.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RemoteException">It may not be on the disk.</exception>
    public async Task FlushAsync(KuboFlush asked, CancellationToken cancellationToken = default)
    {
        // Between two starts it may have run with another configuration, which its file does not tell any more.
        if (asked.Started is { } started && await client.StartedAsync(cancellationToken).ConfigureAwait(false) != started)
        {
            throw new RemoteException(client.Name, RemoteFailure.Unavailable,
                "was started again while it was given this, so it is not known whether it flushed. It is asked again.");
        }

        try
        {
            await (asked.Disk?.FlushAsync(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new RemoteException(client.Name, RemoteFailure.Unavailable, $"took it, and it could not be flushed: {e.Message}", e);
        }
    }

    /// <summary>Lets go of the repository's folders.</summary>
    public void Dispose()
    {
        _disk?.Dispose();
        _gate.Dispose();
    }

    private async Task<KuboFlush> OwnAsync(string peer, bool syncs, CancellationToken cancellationToken)
    {
        var known = await sightings.FindAsync(peer, cancellationToken).ConfigureAwait(false);
        if (!syncs)
        {
            if (known is not null)
                await sightings.SaveAsync(peer, null, cancellationToken).ConfigureAwait(false);
            return new(Flushing.No, $"does not write its blocks through to the disk. {Advice}");
        }

        string? text = await client.StartedAsync(cancellationToken).ConfigureAwait(false);
        if (Seconds(text) is not { } started)
        {
            return new(Flushing.Unknown, "has \"sync\" in its configuration, and does not tell since when it runs "
                + "(/debug/metrics/prometheus at its RPC, which a proxy may hide).");
        }

        var yes = new KuboFlush(Flushing.Yes, "") { Started = text };
        if (known is { Started: null })
            return yes;
        var later = started - Seconds(known?.Started);
        if (later > SameStartSeconds)
        {
            await sightings.SaveAsync(peer, new(Started: null), cancellationToken).ConfigureAwait(false);
            return yes;
        }

        if (later is not >= -SameStartSeconds)
            await sightings.SaveAsync(peer, new(text), cancellationToken).ConfigureAwait(false);
        return new(Flushing.No, "has \"sync\" in its configuration, which it may not run with yet: restart it once. (It counts from its "
            + "first start after we saw that.)");
    }

    private static double? Seconds(string? started) =>
        double.TryParse(started, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) ? seconds : null;

    private async Task<KuboFlush> ByUsAsync(KuboFlush own, string peer, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_found is not { } found || found.Peer != peer || _time.GetElapsedTime(found.At) >= FoundEvery)
                _found = found = (peer, _time.GetTimestamp(), await FindAsync(cancellationToken).ConfigureAwait(false));
            return (found.Problem ?? _disk!.Failed) is { } problem
                ? own with { Reason = $"{own.Reason} We cannot flush for it: {problem}" }
                : new(Flushing.Yes, "") { Disk = _disk };
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Opens the repository's disk, if it is not the one that is open.</summary>
    /// <returns>Why that is not possible; null when it is open.</returns>
    private async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await KuboRepository.FindAsync(client, cancellationToken).ConfigureAwait(false) is not { } repository)
            {
                return "its repository is not found on this machine: it is on another, in a container, or hidden from us (a unit with "
                    + "ProtectHome sees no home: give it ProtectHome=read-only in a drop-in, by systemctl edit).";
            }

            if (_disk?.Repository != repository || _disk.IsStale)
            {
                _disk?.Dispose();
                _disk = null;
                _disk = KuboDisk.Open(repository);
            }

            return null;
        }
        catch (RemoteException e) when (e.Failure != RemoteFailure.Unavailable)
        {
            return "it does not let us look for its repository (allow our token \"/api/v0/repo/stat\" and \"/api/v0/dag/import\"): "
                + e.Detail;
        }
        catch (IOException e) when (e is not RemoteException)
        {
            return e.Message;
        }
    }
}
