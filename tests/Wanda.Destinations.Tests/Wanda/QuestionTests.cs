using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations.Tests.Support;
using Wanda.Destinations.Wanda;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Destinations.Tests.Wanda;

/// <summary>A question of possession names the blocks as long as they are few; of a large file the server walks the DAG itself.</summary>
public sealed class QuestionTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-question-");
    private readonly List<int?> _named = [];
    private BlockStore _store = null!;
    private StandIn _server = null!;
    private Catalogue _catalogue = null!;

    public async Task InitializeAsync()
    {
        _store = await BlockStore.OpenAsync(Path.Combine(_folder.FullName, "store"), TimeProvider.System, default);
        _catalogue = await Catalogue.OpenAsync(Path.Combine(_folder.FullName, "catalogue.db"), TimeProvider.System, default);
        _server = await StandIn.StartAsync(AnswerAsync);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _store.DisposeAsync();
        await _catalogue.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(6_000, 101)]
    [InlineData(300_000, null)]
    public async Task Many_blocks_are_not_named_and_proven_all_the_same(int size, int? named)
    {
        var node = new EmbeddedNode(_store, UnixFsProfile.CidV1 with { ChunkSize = 60 });
        var path = Path.Combine(_folder.FullName, "a.fits");
        await File.WriteAllBytesAsync(path, TestFrames.Noise(size));
        var root = (await node.AddFileAsync(path, "a")).Root;
        var options = new DestinationOptions { Name = "there", Kind = "wanda", Url = _server.Address.ToString(), Token = "t" };
        var tools = new DestinationTools(
            new WandaOptions(), node, new ReadBack(new OwnNodes(node, []), TimeProvider.System), TimeProvider.System);
        var there = new WandaDestination(options, tools,
            new UploadLine(options, new Uplink(TimeProvider.System), _catalogue, TimeProvider.System));

        var proof = (await there.ProveAsync(
            new OffloadItem(SubjectKind.Capture, "a", root, new PinLabels("m42", "a.fits", "a", 1)), default))!;

        Assert.Equal(ProofMethod.Possession, proof.Method);
        Assert.True(proof.Bytes > size);
        Assert.Equal(named, Assert.Single(_named));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var question = await JsonDocument.ParseAsync(context.Request.Body);
        var json = question.RootElement;
        var blocks = json.GetProperty("blocks") is { ValueKind: JsonValueKind.Array } array
            ? array.EnumerateArray().Select(b => Cid.Parse(b.GetString()!)).ToList()
            : null;
        _named.Add(blocks?.Count);
        var all = blocks ?? await _store.ListAsync(Cid.Parse(json.GetProperty("cid").GetString()!)).Select(b => b.Cid).ToListAsync();
        var digest = await PossessionDigest.ComputeAsync(_store, json.GetProperty("nonce").GetBytesFromBase64(), all);
        await context.Response.WriteAsJsonAsync(new { digest, pinned = true, bytes = 0, flushes = "yes" });
    }
}
