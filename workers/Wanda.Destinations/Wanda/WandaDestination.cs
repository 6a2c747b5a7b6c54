using System.Security.Cryptography;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Wanda;

/// <summary>
/// A WANDA pinning server. Blocks go up as one CAR; possession is proven by a fresh nonce, without a download. See
/// <c>docs/protocols/pinning-server.md</c> for the protocol.
/// </summary>
internal sealed class WandaDestination(DestinationOptions options, IIpfsNode ipfs, WandaClient client, TimeProvider time) : IDestination, INameRouter, IReadable, IAnswersChallenges, IWarns, IKeepsRoom
{
    private const int NonceBytes = 32;

    public static WandaDestination Create(DestinationOptions options, DestinationTools tools, UploadLine line) => new(
        options, tools.Ipfs, new WandaClient(new WandaCalls(options, WandaHttp.Connect(options), line, tools.Time), WandaHttp.QuickRetry(tools.Time)), tools.Time);

    public string Name => options.Name;

    public string? Warning => client.Warning;

    public async Task<string?> PushAsync(OffloadItem item, CancellationToken cancel) =>
        await client.UploadAsync(item, await OwnBlocks.ListAsync(ipfs, item, cancel), ipfs, cancel);

    public async Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancel)
    {
        var blocks = await OwnBlocks.ListAsync(ipfs, item, cancel);
        var cids = blocks.Select(b => b.Cid).ToList();
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var (digest, answer) = await BothAsync(item, nonce, cids, cancel);
        return await ProofAsync(item, digest, answer, blocks.Sum(b => (long)b.Length), cancel);
    }

    public async Task<CustodyProof> AnswerAsync(OffloadItem item, PossessionChallenge challenge, CancellationToken cancel)
    {
        var answer = await client.ChallengeAsync(item, challenge.Nonce, blocks: null, cancel);
        return await ProofAsync(item, challenge.Digest, answer, answer.Bytes, cancel);
    }

    // Our own server answers from its own disk and fetches from nobody.
    public async Task<ReadBackFrom> ThereAsync(CancellationToken cancel) => new(
        new WandaBlocks(Name, client), Endpoint, await ThisMachine.HasAsync(client.Address.Host, cancel), MayFetch: false);

    public Task ReadAsync(OffloadItem item, Func<IBlockSource, Task> read, CancellationToken cancel) => read(new WandaBlocks(Name, client));

    private string Endpoint => client.Address.GetLeftPart(UriPartial.Path);

    private async Task<CustodyProof> ProofAsync(OffloadItem item, byte[] digest, PossessionAnswer answer, long bytes, CancellationToken cancel)
    {
        if (!CryptographicOperations.FixedTimeEquals(digest, answer.Digest))
            throw new NotHeldException($"its answer to the possession challenge is wrong: it holds other bytes than {item.Cid}.");
        if (!answer.Pinned)
            throw new NotHeldException($"it has the blocks of {item.Cid}, but no longer pins them.");
        return ItemProof.Of(
            item, options, ProofMethod.Possession, Endpoint, await ThisMachine.HasAsync(client.Address.Host, cancel), bytes, digest, time);
    }

    /// <summary>
    /// Both sides read at once. Ours is computed from our own bytes: what the server says is compared with it and nothing else. When one side
    /// fails the other stops, so that no frame is read for nothing.
    /// </summary>
    private async Task<(byte[] Ours, PossessionAnswer Theirs)> BothAsync(OffloadItem item, byte[] nonce, IReadOnlyList<Cid> blocks, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var ours = OurDigestAsync(item, nonce, blocks, stop.Token);
        var theirs = client.ChallengeAsync(item, nonce, blocks, stop.Token);
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

    public Task UnpinAsync(string remoteId, CancellationToken cancel) => client.UnpinAsync(remoteId, cancel);

    public Task<string?> KeepRoomAsync(string session, long bytes, CancellationToken cancel) => client.KeepRoomAsync(session, bytes, cancel);

    public async Task<long?> RoomAsync(CancellationToken cancel) => await client.UseAsync(cancel) is { } use ? use.LeftBytes + use.ReservedBytes : null;

    public Task<byte[]?> FindRecordAsync(string name, CancellationToken cancel) => client.FindRecordAsync(name, cancel);

    public Task PutRecordAsync(string name, byte[] record, CancellationToken cancel) => client.PutRecordAsync(name, record, cancel);

    private async Task<byte[]> OurDigestAsync(OffloadItem item, byte[] nonce, IReadOnlyList<Cid> blocks, CancellationToken cancel)
    {
        try
        {
            return await PossessionDigest.ComputeAsync(ipfs, nonce, blocks, cancel);
        }
        catch (BlockNotFoundException e)
        {
            throw OwnBlocks.Damaged(item, e);
        }
    }
}
