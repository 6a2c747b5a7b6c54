using System.Text;
using Wanda.Ipfs;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>Small DAGs, block by block, also such as no importer makes.</summary>
internal static class Dags
{
    public static Block Raw(string content) => Block.Create(Codec.Raw, Encoding.UTF8.GetBytes(content));

    /// <summary>A node with these links and no data; under SHA-256.</summary>
    public static Block Node(params IEnumerable<Cid> links) => Block.Create(Codec.DagPb,
        new DagPbNode([.. links.Select((l, i) => new DagPbLink($"{i:D3}", l, 1))], default).Encode());

    /// <summary>A directory.</summary>
    public static Block Directory(params IEnumerable<(string Name, Cid Cid)> entries) => Block.Create(Codec.DagPb,
        new DagPbNode([.. entries.OrderBy(e => e.Name, StringComparer.Ordinal).Select(e => new DagPbLink(e.Name, e.Cid, 1))],
            new byte[] { 8, 1 }).Encode());

    /// <summary>The same bytes under another codec.</summary>
    public static Block As(this Block block, Codec codec) => Block.Verify(Cid.V1(codec, block.Cid.Hash), block.Data);

    /// <summary>The same bytes under SHA-512.</summary>
    public static Block AsSha512(this Block block)
    {
        byte[] hash = [0x13, 64, .. System.Security.Cryptography.SHA512.HashData(block.Data.Span)];
        return Block.Verify(Cid.V1(block.Cid.Codec, Multihash.FromBytes(hash)), block.Data);
    }

    /// <summary>The same content, in the CID itself.</summary>
    public static Block AsIdentity(this Block block) =>
        Block.Verify(Cid.V1(block.Cid.Codec, Multihash.Identity(block.Data.Span)), block.Data);

    public static async Task<byte[]> CarAsync(Cid root, params IEnumerable<Block> blocks)
    {
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [root], blocks.ToAsyncEnumerable());
        return car.ToArray();
    }

    /// <summary>Whether the server gives the block.</summary>
    public static async Task<bool> HasAsync(this HttpClient client, Cid cid)
    {
        using var answer = await client.GetAsync($"/ipfs/{cid}?format=raw");
        return answer.IsSuccessStatusCode;
    }
}
