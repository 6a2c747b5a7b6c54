using System.Security.Cryptography;
using Wanda.Ipfs;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>
/// What a node does with a large file, as a process of its own, whose memory is its own: adds it, sends it, has it proven. Begun again, it
/// goes on.
/// </summary>
internal static class LargeNode
{
    /// <summary>How the line begins in which it tells the CID, and its memory before and at most.</summary>
    public const string Told = "proven ";

    public static async Task<int> RunAsync(string file, string store, string tokenFile, Uri server)
    {
        var endpoint = new RemoteEndpoint(server)
        {
            Authorization = RemoteEndpoint.Bearer((await File.ReadAllTextAsync(tokenFile)).Trim()),
        };
        await using var blocks = await BlockStore.OpenAsync(store, TimeProvider.System, default);
        // Leaves of 256 KiB: four times as many as a node makes by default.
        var node = new EmbeddedNode(blocks, UnixFsProfile.CidV1);
        using var client = new WandaServerClient(endpoint, TimeProvider.System);
        string small = Path.Combine(store, "small");
        await File.WriteAllBytesAsync(small, RandomNumberGenerator.GetBytes(2_000_000));
        await KeepAsync(node, client, small); // warm
        long before = ProcessMemory.Of(Environment.ProcessId).Now;
        try
        {
            var root = await KeepAsync(node, client, file);
            Console.WriteLine($"{Told}{root} {before} {ProcessMemory.Of(Environment.ProcessId).Most}");
            return 0;
        }
        catch (RemoteException e)
        {
            Console.WriteLine(e.Message);
            return 1;
        }
    }

    private static async Task<Cid> KeepAsync(EmbeddedNode node, WandaServerClient client, string file)
    {
        var root = (await node.AddFileAsync(file, file)).Root;
        var blocks = await node.ListAsync(root).ToListAsync();
        await client.UploadAsync(root, blocks, node, [KeyValuePair.Create("name", Path.GetFileName(file))]);
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        var theirs = client.ChallengeAsync(root, nonce, blocks: null, blocks.Sum(b => (long)b.Length));
        byte[] ours = await PossessionDigest.ComputeAsync(node, nonce, blocks.Select(b => b.Cid));
        return await theirs is { Pinned: true } answer && answer.Digest.SequenceEqual(ours)
            ? root
            : throw new InvalidOperationException("The server does not hold what it took.");
    }
}
