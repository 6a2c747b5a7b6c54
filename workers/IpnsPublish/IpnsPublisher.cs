using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Offload;

namespace Wanda.Workers.IpnsPublish;

/// <summary>
/// The node's IPNS name: it points to a directory of the sessions whose archives a destination holds. Without a router the state is "not
/// published", said plainly.
/// </summary>
internal sealed partial class IpnsPublisher(
    Catalogue catalogue, IIpfsNode ipfs, NodeIdentity identity, DestinationSet destinations, ClockTrust clock,
    WandaOptions options, TimeProvider time,
    ILogger<IpnsPublisher> log)
{
    /// <summary>What the root is called in the catalogue. No session can have this name: it holds a slash.</summary>
    internal const string RootSubject = "ipns/root";

    /// <summary>Whether there is something to publish: a root that is news, or a record that has lived half its life.</summary>
    public async Task<bool> IsDueAsync(CancellationToken cancellationToken) => await NewsAsync(cancellationToken) is not null;

    /// <summary>
    /// Publishes the newest root when it is news, or when its record has lived half its life.
    /// </summary>
    /// <exception cref="NotNowException">The clock is not trusted (law 10), or no router took the record.</exception>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        if (await NewsAsync(cancellationToken) is not { } news)
            return;
        if (await clock.ProblemAsync(cancellationToken) is { } problem)
            throw new NotNowException($"The name is not signed, for the clock is not believed: {problem.Code}.", TimeSpan.FromMinutes(1));
        var routers = destinations.Routers.ToList();
        if (routers.Count == 0)
        {
            await catalogue.Ledger.ApplyAsync(
                new Fact.NameSigned(new IpnsState
                {
                    Name = Name,
                    RootCid = news.Root.Cid.ToString(),
                    Sequence = news.Stored?.Sequence ?? 0,
                    SignedAt = time.GetUtcNow(),
                    Problem = "no destination keeps names: not published",
                }), cancellationToken);
            throw new NotNowException("No destination keeps names: the node's name is not published.", TimeSpan.FromMinutes(5));
        }

        await PublishAsync(await SignAsync(news, routers, cancellationToken), news.Root, routers, cancellationToken);
    }

    private string Name => identity.Key.PeerId.IpnsName;

    private async Task<News?> NewsAsync(CancellationToken cancellationToken)
    {
        if (!options.Ipns.Enabled)
            return null;
        var archives = await catalogue.Custody.ProvenArchivesAsync(cancellationToken);
        if (archives.Count == 0)
            return null;
        var stored = await catalogue.Node.FindNameAsync(Name, cancellationToken);
        // The root is a few kilobytes and is made again from the catalogue at any time, so only the newest has a pin.
        await ipfs.UnpinAsync(RootSubject, cancellationToken);
        var root = await ipfs.AddDirectoryAsync(
            archives.Select(a => new DagPbLink(a.Session.Value, Cid.Parse(a.DirectoryCid), a.DirectoryBytes)),
            new Dictionary<string, ReadOnlyMemory<byte>>(), RootSubject, durable: false, cancellationToken);
        if (stored is { PublishedAt: { } published } && stored.RootCid == root.Root.ToString()
            && time.GetUtcNow() - published < options.Ipns.Lifetime / 2)
        {
            return null;
        }

        return new News(stored, new OffloadItem(SubjectKind.Session, RootSubject, root.Root, new PinLabels(null, "ipns-root"))
        {
            Elsewhere = archives.Select(a => Cid.Parse(a.DirectoryCid)).ToHashSet(),
        });
    }

    private async Task<IpnsState> SignAsync(News news, IReadOnlyList<Offloader> routers, CancellationToken cancellationToken)
    {
        var sequence = await NextSequenceAsync(news.Stored, routers, cancellationToken);
        var record = IpnsRecord.Create(identity.Key, $"/ipfs/{news.Root.Cid}", sequence, time.GetUtcNow() + options.Ipns.Lifetime);
        var state = new IpnsState
        {
            Name = Name,
            RootCid = news.Root.Cid.ToString(),
            Sequence = (long)sequence,
            Record = record.Bytes.ToArray(),
            SignedAt = time.GetUtcNow(),
        };
        // Stored before it is sent: a sequence number, once seen by anybody, is never signed again for another root.
        await catalogue.Ledger.ApplyAsync(new Fact.NameSigned(state), cancellationToken);
        return state;
    }

    private async Task PublishAsync(
        IpnsState state, OffloadItem root, IReadOnlyList<Offloader> routers, CancellationToken cancellationToken)
    {
        var problems = new List<NotNowException>();
        foreach (var router in routers)
        {
            try
            {
                // Proven first: a name that points to what nobody holds is worse than yesterday's.
                if (!await router.IsProvenAsync(root, cancellationToken))
                    await router.OffloadAsync(root, cancellationToken);
                await router.RunAsync(
                    cancellationToken => router.Router!.PutRecordAsync(Name, state.Record, cancellationToken), cancellationToken);
            }
            catch (NotNowException e)
            {
                problems.Add(e);
            }
        }

        var problem = problems.Count == 0 ? null : string.Join("; ", problems.Select(p => p.Message));
        if (problems.Count == routers.Count)
        {
            await catalogue.Ledger.ApplyAsync(new Fact.NameSigned(state with { Problem = problem }), cancellationToken);
            throw new NotNowException($"The node's name is not published: {problem}", problems.Min(p => p.RetryAfter));
        }

        catalogue.Ledger.ApplyAlong(new Fact.NameSigned(state with { PublishedAt = time.GetUtcNow(), Problem = problem }));
        Published(Name, root.Cid, state.Sequence);
    }

    /// <summary>max(stored, resolved) + 1: a key restored from a backup must not publish an older sequence.</summary>
    private async Task<ulong> NextSequenceAsync(IpnsState? stored, IReadOnlyList<Offloader> routers, CancellationToken cancellationToken)
    {
        var newest = (ulong)(stored?.Sequence ?? 0);
        foreach (var router in routers)
        {
            try
            {
                await router.RunAsync(async cancellationToken =>
                {
                    if (await router.Router!.FindRecordAsync(Name, cancellationToken) is { } record)
                        newest = Math.Max(newest, IpnsRecord.Parse(record).Sequence);
                }, cancellationToken);
            }
            catch (Exception e) when (e is NotNowException or IpnsRecordException)
            {
                // One that does not answer, or answers nonsense, has no say in our sequence.
            }
        }

        return newest + 1;
    }

    private sealed record News(IpnsState? Stored, OffloadItem Root);

    [LoggerMessage(Level = LogLevel.Information, Message = "Published {Name} as {Root}, sequence {Sequence}.")]
    private partial void Published(string name, Cid root, long sequence);
}
