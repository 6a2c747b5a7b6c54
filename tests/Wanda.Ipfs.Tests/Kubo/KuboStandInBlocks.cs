using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>Its blocks: kept by their hashes, and not written where it takes them for known.</summary>
internal sealed partial class KuboStandIn
{
    private static readonly byte[] EmptyDirectory = [0x0a, 0x02, 0x08, 0x01];

    private readonly MemoryBlocks _blocks = new();

    public MemoryBlocks Blocks => _blocks;

    /// <summary>What its key cache takes for known: it drops what is put of these, and answers as if it had stored it.</summary>
    public HashSet<Multihash> Known { get; } = [];

    private Task BlockAsync(HttpContext context) => context.Response.Body.WriteAsync(Bytes(Arg(context))).AsTask();

    private async Task PutAsync(HttpContext context)
    {
        var (_, body) = await FileAsync(context);
        if (context.Request.Query.ContainsKey("format") && context.Request.Query.ContainsKey("cid-codec"))
            throw new Refusal("unable to use \"format\" (deprecated) and a custom \"cid-codec\" at the same time");
        var block = Block.Create(Text(context, "cid-codec") == "dag-pb" ? Codec.DagPb : Codec.Raw, body);
        Take(block);
        await SayAsync(context, new { Key = block.Cid.ToString(), Size = body.Length });
    }

    private async Task ImportAsync(HttpContext context)
    {
        var (_, body) = await FileAsync(context);
        using var car = await CarReader.OpenAsync(new MemoryStream(body));
        await foreach (var block in car.ReadBlocksAsync())
            Take(block);
        foreach (var root in car.Roots)
        {
            string problem = "";
            if (Text(context, "pin-roots") == "true")
            {
                try
                {
                    await new ByHash(this).ListAsync(root).CountAsync();
                    _pins[root] = (PinMode.Recursive, null);
                }
                catch (BlockNotFoundException e)
                {
                    problem = e.Message;
                }
            }

            await SayAsync(context,
                new { Root = new { Cid = new Dictionary<string, string> { ["/"] = root.ToString() }, PinErrorMsg = problem } });
        }
    }

    private async Task CollectAsync(HttpContext context)
    {
        var kept = new HashSet<Multihash>();
        foreach (var (cid, pin) in _pins)
        {
            kept.Add(cid.Hash);
            if (pin.Mode == PinMode.Recursive)
                kept.UnionWith((await new ByHash(this).ListAsync(cid).ToListAsync()).Select(b => b.Cid.Hash));
        }

        foreach (var cid in _blocks.Blocks.Keys.Where(c => !kept.Contains(c.Hash)).ToList())
        {
            _blocks.Blocks.Remove(cid);
            Known.Remove(cid.Hash);
            await SayAsync(context, new { Key = new Dictionary<string, string> { ["/"] = cid.ToString() } });
        }
    }

    private async Task RemoveAsync(HttpContext context)
    {
        var cid = Arg(context);
        var problem = "";
        foreach (var (pinned, pin) in _pins)
        {
            if (pinned.Hash == cid.Hash || (pin.Mode == PinMode.Recursive
                && await new ByHash(this).ListAsync(pinned).AnyAsync(b => b.Cid.Hash == cid.Hash)))
            {
                problem = $"pinned: {pinned}";
            }
        }

        if (problem.Length == 0 && Stored(cid) is null)
            problem = $"ipld: could not find {cid}";
        if (problem.Length == 0)
        {
            Known.Remove(cid.Hash);
            _blocks.Blocks.Remove(_blocks.Blocks.Keys.First(c => c.Hash == cid.Hash));
        }

        await SayAsync(context, new { Hash = cid.ToString(), Error = problem });
    }

    // As a daemon's own cache: what it takes for known it does not write.
    private void Take(Block block)
    {
        if (!Known.Contains(block.Cid.Hash) && Stored(block.Cid) is null)
            _blocks.Put(block);
        Known.Add(block.Cid.Hash);
    }

    private byte[] Bytes(Cid cid)
    {
        if (Stored(cid) is { } bytes)
            return bytes;
        Known.Remove(cid.Hash); // it finds out
        throw new Refusal($"block was not found locally (offline): ipld: could not find {cid}");
    }

    // By its hash, whatever the CID says of it; and the empty directory, which every repository begins with.
    private byte[]? Stored(Cid cid) => cid.Hash == Multihash.Sha256(EmptyDirectory)
        ? EmptyDirectory
        : _blocks.Blocks.FirstOrDefault(b => b.Key.Hash == cid.Hash).Value;

    private sealed class ByHash(KuboStandIn daemon) : IBlockSource
    {
        public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
            daemon.Stored(cid) is { } bytes
                ? new(Block.Verify(cid, bytes))
                : throw new BlockNotFoundException(cid, "context deadline exceeded");

        public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => new(daemon.Stored(cid)?.Length);
    }
}
