using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Kubo;

/// <summary>
/// A Kubo on another machine, over its RPC: one import that stores and pins, proven by reading every block back from its own store
/// (<c>offline</c>: it cannot fetch from us to answer).
/// </summary>
internal sealed class KuboDestination(DestinationOptions options, DestinationTools tools, UploadLine line) : IDestination, IReadable
{
    private const string Kind = "a Kubo RPC";
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskedEvery = TimeSpan.FromHours(1);

    private readonly TokenClient<KuboClient> _client = Client(options, tools.Time, line);
    private readonly KuboFlushing _flushing = new();
    private readonly MachineJudge _machine = new(options, tools);
    private (MachineJudgement Found, DateTimeOffset At)? _found;

    /// <summary>The blocks that stand for each session's newest directory: what an older one shares with it stays.</summary>
    private readonly ConcurrentDictionary<string, HashSet<string>> _newest = new();

    public string Name => options.Name;

    /// <summary>Its RPC. A token is a bearer's, or as Kubo writes it in API.Authorizations: <c>basic:USER:PASSWORD</c>.</summary>
    public static TokenClient<KuboClient> Client(DestinationOptions options, TimeProvider time, UploadLine? line = null) => new(
        new Secret(options.Name, options.Token, options.TokenFile), token => new KuboClient(
            Remotes.Endpoint(options, new Uri(options.Url), line: line) with
            {
                Authorization = token?.Split(':', 3) switch
                {
                    null => null,
                    ["basic", var user, var password] => RemoteEndpoint.Basic(user, password),
                    ["bearer", var bearer] => RemoteEndpoint.Bearer(bearer),
                    _ => RemoteEndpoint.Bearer(token!),
                },
            }, time));

    public async Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        var client = await _client.GetAsync(cancellationToken);
        await EnsureItFlushesAsync(client, cancellationToken);
        var blocks = await OwnBlocks.ListAsync(tools.Ipfs, item, cancellationToken);
        // A recursive pin of a directory would wait for every frame that it links to: each of its own blocks is pinned by itself.
        var directory = item.Kind == SubjectKind.Session;
        var answered = await AskAsync(item, () => client.Dag.ImportAsync(
            CarWriter.LengthOf([item.Cid], blocks),
            (stream, stop) => CarWriter.WriteAsync(stream, [item.Cid], tools.Ipfs.BlocksAsync(blocks.Select(b => b.Cid), stop), stop),
            pinRoots: !directory, cancellationToken));
        if (!directory)
        {
            Check(item, answered);
            return item.Cid.ToString();
        }

        foreach (var block in blocks)
            await AskAsync(item, () => PinAsync(client, block.Cid, cancellationToken));
        var own = blocks.Select(b => b.Cid.ToString()).ToHashSet();
        _newest[item.Subject] = own;
        return string.Join(' ', own);
    }

    public async Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        var client = await _client.GetAsync(cancellationToken);
        var flushes = await EnsureItFlushesAsync(client, cancellationToken);
        var address = new Uri(options.Url);
        var there = new ReadBackFrom(
            client.Blocks, address.GetLeftPart(UriPartial.Path), await IsHereAsync(client, address, cancellationToken),
            flushes, await MayFetchAsync(client, cancellationToken));
        return await RemoteCall.RunAsync(Name, Kind, null, () => tools.ReadBack.ProveAsync(item, options, there, cancellationToken));
    }

    public async Task ReadAsync(OffloadItem item, Func<IBlockSource, Task> read, CancellationToken cancellationToken) =>
        await read((await _client.GetAsync(cancellationToken)).Blocks);

    public async Task UnpinAsync(string remoteId, CancellationToken cancellationToken)
    {
        var client = await _client.GetAsync(cancellationToken);
        foreach (var cid in remoteId.Split(' ').Where(c => !_newest.Values.Any(n => n.Contains(c))))
            await AskAsync(null, () => client.Pins.RemoveAsync(Cid.Parse(cid), cancellationToken));
    }

    private async Task<bool> IsHereAsync(KuboClient client, Uri address, CancellationToken cancellationToken)
    {
        if (_found is not { } known || (tools.Time.GetUtcNow() - known.At).Duration() > AskedEvery)
        {
            var found = await AskAsync(null, () => KuboMachine.JudgeAsync(client, cancellationToken));
            _found = known = (found, tools.Time.GetUtcNow());
        }

        return await _machine.IsHereAsync(known.Found, cancellationToken => ThisMachine.HasAsync(address.Host, cancellationToken),
            digest: null, cancellationToken);
    }

    /// <summary>
    /// What it took while it did not flush stays as it is when it is sent again, so nothing is sent to one that does not.
    /// </summary>
    private async Task<Flushes> EnsureItFlushesAsync(KuboClient client, CancellationToken cancellationToken)
    {
        var (flushing, reason) = await AskAsync(null, async () =>
        {
            try
            {
                return await _flushing.AskAsync(client, cancellationToken);
            }
            catch (RemoteException e) when (e.Status == HttpStatusCode.Forbidden)
            {
                return new KuboFlush(Flushing.Unknown, "does not let us ask how it writes to its disk. Allow our token "
                    + $"\"/api/v0/config/show\" in its API.Authorizations. ({e.Detail})");
            }
        });
        return Durability.Ensure(Name, flushing, reason);
    }

    /// <summary>
    /// Whether it looks elsewhere in spite of "offline", as some daemons do that speak like Kubo. Asked for a block that nobody has, one
    /// that keeps to its own store says at once that it is not there; one that looks in the network does not.
    /// </summary>
    private async Task<bool> MayFetchAsync(KuboClient client, CancellationToken cancellationToken)
    {
        var nobodys = Cid.V1(Codec.Raw, Multihash.Sha256(RandomNumberGenerator.GetBytes(32)));
        using var late = new CancellationTokenSource(AtOnce, tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await client.Blocks.FindAsync(nobodys, either.Token) is not null;
        }
        catch (Exception e) when (e is RemoteException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    private static async Task<bool> PinAsync(KuboClient client, Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            await client.Pins.AddAsync(cid, PinMode.Direct, cancellationToken: cancellationToken);
        }
        catch (KuboException) when (!cancellationToken.IsCancellationRequested)
        {
            // Kubo refuses a direct pin of what is pinned recursively already: a frame with the same bytes as this small file. That pin
            // keeps it too.
            if (await client.Pins.FindAsync(cid, cancellationToken) is null)
                throw;
        }

        return true;
    }

    /// <summary>What it says of the import is checked against our own hash, never taken for it.</summary>
    private static void Check(OffloadItem item, IReadOnlyList<ImportedRoot> answered)
    {
        if (answered is not [var root])
            throw new NotHeldException($"it names {answered.Count} roots after the import of {item.Cid} alone.");
        if (root.Cid.ToV1() != item.Cid.ToV1())
            throw new NotHeldException($"it took {item.Labels.Name} and calls it {root.Cid}; its CID is {item.Cid}.");
        if (root.PinError.Length > 0)
            throw new NotHeldException($"it did not pin {item.Labels.Name}: {root.PinError}");
    }

    private async Task<T> AskAsync<T>(OffloadItem? item, Func<Task<T>> call) => await RemoteCall.RunAsync(Name, Kind, item, call);
}
