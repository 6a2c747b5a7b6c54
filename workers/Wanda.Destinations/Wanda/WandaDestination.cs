using System.Globalization;
using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Destinations.Machines;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Wanda;

/// <summary>
/// A WANDA pinning server. Blocks go up as one CAR; possession is proven by a fresh nonce, without a download. See
/// <c>docs/protocols/pinning-server.md</c> for the protocol.
/// </summary>
internal sealed class WandaDestination(DestinationOptions options, DestinationTools tools, UploadLine line)
    : IDestination, ISharesReading, INameRouter, IReadable, IAnswersChallenges, IWarns, IKeepsRoom, ITellsLosses
{
    /// <summary>What should be at its address.</summary>
    public const string Kind = "a WANDA pinning server";

    // More need not be sent: the server walks the DAG in the same order.
    private const int MaxNamed = 4096;

    private readonly RemoteEndpoint _there = Remotes.Endpoint(options, new Uri(options.Url), line: line);
    private readonly TokenClient<WandaServerClient> _client = new(
        new Secret(options.Name, options.Token, options.TokenFile),
        token => new WandaServerClient(Remotes.Endpoint(options, new Uri(options.Url), token, line), tools.Time));

    private readonly MachineJudge _machine = new(options, tools);
    private volatile string? _warning;

    public string Name => options.Name;

    public string? Warning => _warning;

    public ItemReading Read(OffloadItem item, int questions) => new(tools.Ipfs, item, questions);

    public async Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        var blocks = await OwnBlocks.ListAsync(tools.Ipfs, item, cancellationToken);
        return await PushAsync(item, blocks, seen: null, cancellationToken);
    }

    public async Task<string?> PushAsync(ItemReading reading, CancellationToken cancellationToken) =>
        await PushAsync(reading.Item, await reading.BlocksAsync(cancellationToken), reading.SeeAsync, cancellationToken);

    private Task<string?> PushAsync(
        OffloadItem item, IReadOnlyList<BlockInfo> blocks, SeenBlock? seen, CancellationToken cancellationToken) => AskAsync(item,
        async client => (string?)await client.UploadAsync(item.Cid, blocks, tools.Ipfs, LabelsOf(item), seen, cancellationToken),
        cancellationToken);

    public async Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        using var reading = Read(item, questions: 0);
        return await ProveAsync(reading, cancellationToken);
    }

    public async Task<CustodyProof?> ProveAsync(ItemReading reading, CancellationToken cancellationToken)
    {
        var blocks = await reading.BlocksAsync(cancellationToken);
        var bytes = blocks.Sum(b => (long)b.Length);
        var named = blocks.Count > MaxNamed && reading.Item.Elsewhere.Count == 0 ? null : blocks.Select(b => b.Cid).ToList();
        var (ours, answer) = await BothAsync(reading, named, bytes, cancellationToken);
        return await ProofAsync(reading.Item, ours.Nonce, ours.Digest, answer, bytes, cancellationToken);
    }

    public async Task<CustodyProof> AnswerAsync(OffloadItem item, PossessionChallenge challenge, CancellationToken cancellationToken)
    {
        var answer = await ChallengeAsync(item, challenge.Nonce, blocks: null, item.SizeBytes ?? 0, cancellationToken);
        return await ProofAsync(item, challenge.Nonce, challenge.Digest, answer, answer.Bytes, cancellationToken);
    }

    // Our own server answers from its own disk and fetches from nobody.
    public async Task<ReadBackFrom> ThereAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        // About the root alone: what it says of itself is wanted here, and the bytes are read back.
        var nonce = RandomNumberGenerator.GetBytes(ChallengeSet.NonceBytes);
        var answer = await ChallengeAsync(item, nonce, [item.Cid], bytes: 0, cancellationToken);
        return new(await BlocksAsync(cancellationToken), Endpoint,
            await IsHereAsync(item, answer, nonce, cancellationToken), FlushesOf(answer), MayFetch: false);
    }

    public async Task ReadAsync(OffloadItem item, Func<IBlockSource, Task> read, CancellationToken cancellationToken) =>
        await read(await BlocksAsync(cancellationToken));

    private string Endpoint => _there.Address.GetLeftPart(UriPartial.Path);

    private async Task<CustodyProof> ProofAsync(
        OffloadItem item, byte[] nonce, byte[] digest, PossessionAnswer answer, long bytes, CancellationToken cancellationToken)
    {
        if (!CryptographicOperations.FixedTimeEquals(digest, answer.Digest))
            throw new NotHeldException($"its answer to the possession challenge is wrong: it holds other bytes than {item.Cid}.");
        if (!answer.Pinned)
            throw new NotHeldException($"it has the blocks of {item.Cid}, but no longer pins them.");
        return ItemProof.Of(
            item, options, ProofMethod.Possession, Endpoint,
            await IsHereAsync(item, answer, nonce, cancellationToken), FlushesOf(answer), bytes, digest, tools.Time);
    }

    private Task<bool> IsHereAsync(
        OffloadItem item, PossessionAnswer answer, byte[] nonce, CancellationToken cancellationToken) => _machine.IsHereAsync(
        KernelTold.ByDigest(answer.Machine, nonce, KernelBoot.Id),
        cancellationToken => ThisMachine.HasAsync(_there.Address.Host, cancellationToken),
        async same => (await ChallengeAsync(item, same, [item.Cid], bytes: 0, cancellationToken)).Machine, cancellationToken);

    /// <summary>A server before 0.4 says nothing, and takes no upload that it does not flush.</summary>
    private Flushes? FlushesOf(PossessionAnswer answer) => answer.Flushes is not { } flushing
        ? null
        : Durability.Ensure(Name, flushing, flushing == Flushing.No
            ? "keeps frames in a Kubo that does not write them through to its disk. Its operator has to set \"sync\" there."
            : "cannot tell whether the Kubo that it keeps frames in writes them through to its disk. Its operator has to look at its log.");

    /// <summary>
    /// Both sides read at once. Ours is computed from our own bytes: what the server says is compared with it and nothing else. When one
    /// side fails the other stops, so that no frame is read for nothing.
    /// </summary>
    private async Task<(PossessionChallenge Ours, PossessionAnswer Theirs)> BothAsync(
        ItemReading reading, IReadOnlyList<Cid>? blocks, long bytes, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ours = OursAsync(reading, stop.Token);
        var theirs = ChallengeAsync(reading.Item, reading.Nonce, blocks, bytes, stop.Token);
        try
        {
            await await Task.WhenAny(ours, theirs);
            return (await ours, await theirs);
        }
        catch
        {
            await stop.CancelAsync();
            await Task.WhenAll(ours, theirs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    public Task UnpinAsync(string remoteId, CancellationToken cancellationToken) =>
        AskAsync(null, client => client.UnpinAsync(remoteId, cancellationToken), cancellationToken);

    public Task<string?> KeepRoomAsync(string session, long bytes, CancellationToken cancellationToken) =>
        AskAsync(null, client => client.KeepRoomAsync(session, bytes, cancellationToken), cancellationToken);

    public async Task<long?> RoomAsync(CancellationToken cancellationToken) =>
        await AskAsync(null, client => client.UseAsync(cancellationToken), cancellationToken) is { } use
            ? use.LeftBytes + use.ReservedBytes
            : null;

    public async Task<IReadOnlyList<string>> LostAsync(CancellationToken cancellationToken) =>
        (await AskAsync(null, client => client.UseAsync(cancellationToken), cancellationToken))?.Broken.Select(c => $"{c}").ToList() ?? [];

    public Task<byte[]?> FindRecordAsync(string name, CancellationToken cancellationToken) =>
        AskAsync(null, client => client.FindRecordAsync(name, cancellationToken), cancellationToken);

    public Task PutRecordAsync(string name, byte[] record, CancellationToken cancellationToken) => AskAsync(null, async client =>
    {
        await client.PutRecordAsync(name, record, cancellationToken);
        return true;
    }, cancellationToken);

    private Task<PossessionAnswer> ChallengeAsync(
        OffloadItem item, byte[] nonce, IReadOnlyList<Cid>? blocks, long bytes, CancellationToken cancellationToken) =>
        AskAsync(item, async client =>
    {
        try
        {
            return await client.ChallengeAsync(item.Cid, nonce, blocks, bytes, cancellationToken);
        }
        catch (RemoteException e) when (e.Failure == RemoteFailure.NotFound)
        {
            throw new NotHeldException(e.Said ?? e.Detail);
        }
    }, cancellationToken);

    private async Task<WandaBlocks> BlocksAsync(CancellationToken cancellationToken) =>
        new(Name, (await _client.GetAsync(cancellationToken)).Gateway);

    private async Task<T> AskAsync<T>(OffloadItem? item, Func<WandaServerClient, Task<T>> ask, CancellationToken cancellationToken)
    {
        var client = await _client.GetAsync(cancellationToken);
        var answer = await RemoteCall.RunAsync(Name, Kind, item, () => ask(client));
        _warning = client.Warning;
        return answer;
    }

    /// <summary>
    /// What the server keeps with the pin, so that a lost catalogue can be rebuilt from it (law 5). It finds an upload again by them, in
    /// this order.
    /// </summary>
    private static IReadOnlyList<KeyValuePair<string, string>> LabelsOf(OffloadItem item)
    {
        var labels = new (string Key, string? Value)[]
        {
            ("scope", item.Kind == SubjectKind.Session ? "directory" : "dag"),
            ("capture", item.Labels.CaptureId),
            ("session", item.Labels.Session),
            ("number", item.Labels.Number?.ToString(CultureInfo.InvariantCulture)),
            ("name", item.Labels.Name),
        };
        return [.. labels.Where(l => l.Value is not null).Select(l => KeyValuePair.Create(l.Key, l.Value!))];
    }

    private static async Task<PossessionChallenge> OursAsync(ItemReading reading, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.CompleteAsync(cancellationToken);
        }
        catch (BlockNotFoundException e)
        {
            throw OwnBlocks.Damaged(reading.Item, e);
        }
    }
}
