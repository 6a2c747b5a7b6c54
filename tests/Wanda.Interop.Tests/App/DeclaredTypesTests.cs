using System.Text.Json.Nodes;
using Wanda.Hosting;
using Wanda.Ops.Tests;
using AppStandIn = Wanda.Ops.Tests.App.StandInApp;

namespace Wanda.Interop.Tests.App;

/// <summary>types.ts and the hook are what the node answers: each field is there with its type, and none that is not declared.</summary>
public sealed class DeclaredTypesTests : IAsyncLifetime
{
    private AppStandIn _app = null!;
    private TestConsole _console = null!;

    public async Task InitializeAsync()
    {
        _app = await AppStandIn.StartAsync();
        _console = await TestConsole.StartAsync(o => o with
        {
            Watch = [new WatchOptions { Path = _app.Folder, Name = "captures" }],
            Ops = o.Ops with { App = _app.Address },
        });
    }

    public async Task DisposeAsync()
    {
        await _console.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Each_answer_is_as_it_is_declared()
    {
        _app.Write("capture_0003.jpg", [1]); // not taken yet
        var sent = await _console.Node.SaveAsync(watched: "capture_0001.jpg");
        await _console.Node.AddCidAsync(sent);
        var proven = await _console.Node.SaveAsync(watched: "M 31/image_0001.jpg");
        await _console.Node.AddCidAsync(proven);
        await _console.Node.ProveAsync(proven);
        await _console.Node.SaveAsync(watched: "capture_0002.jpg");
        await _console.Node.Catalogue.Destinations.UploadingAsync(
            new("altermundi", sent.Id.ToString(), 1000, sent.SizeBytes, TimeProvider.System.GetUtcNow()), default);

        var list = await _console.BodyAsync("/api/captures");
        Assert.Equal(3, JsonNode.Parse(list)!["data"]!["captures"]!.AsArray().Count);
        var session = JsonNode.Parse(await _console.BodyAsync("/api/session/status"))!["data"]!["ipfs"]!;
        Assert.Empty(await DeclaredTypes.CheckAsync(_console,
            ("Answer<IpfsStatus>", await _console.BodyAsync("/api/ipfs/status")),
            ("Answer<IpfsStats>", await _console.BodyAsync("/api/ipfs/stats")),
            ("Answer<IpfsPeers>", await _console.BodyAsync("/api/ipfs/peers")),
            ("Answer<Uploads>", await _console.BodyAsync("/api/ipfs/uploads")),
            ("Answer<Captures>", list),
            ("Answer<Captures<Capture>>", await _console.BodyAsync("/api/captures?ipfs=1")),
            ("Answer<Captures>", await _console.BodyAsync("/api/captures?folder=M%2031")),
            ("Answer<Folders>", await _console.BodyAsync("/api/captures/folders")),
            ("SessionIpfs", session.ToJsonString()),
            ("Refusal", await _console.BodyAsync("/api/ipfs/content/nonsense")),
            ("Answer<IpfsStatus>", await _console.BodyAsync("/api/captures/nothing.jpg/cid"))));
    }

    [Fact]
    public async Task What_is_missing_or_not_declared_is_found()
    {
        var status = JsonNode.Parse(await _console.BodyAsync("/api/ipfs/status"))!;
        status["data"]!["mode"] = "other";
        var stats = JsonNode.Parse(await _console.BodyAsync("/api/ipfs/stats"))!;
        stats["data"]!["storage"]!["more"] = 1;
        var uploads = new JsonObject { ["success"] = true, ["data"] = new JsonObject() };
        var found = await DeclaredTypes.CheckAsync(_console, ("Answer<IpfsStatus>", status.ToJsonString()),
            ("Answer<IpfsStats>", stats.ToJsonString()), ("Answer<Uploads>", uploads.ToJsonString()));
        Assert.Equal(3, found.Count);
        Assert.All(found.Zip(["other", "more", "uploads"]), f => Assert.Contains(f.Second, f.First));
    }
}
