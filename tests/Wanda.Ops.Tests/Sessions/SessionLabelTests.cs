using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Ops.Tests.Cli;

namespace Wanda.Ops.Tests.Sessions;

/// <summary>A run of a capture program is shown as its user called it, and what that program counted is told as a fact.</summary>
public sealed class SessionLabelTests : IAsyncLifetime
{
    private const string Label = "M31/<b>Ha</b> 🌌";
    private TestConsole _console = null!;

    public async Task InitializeAsync()
    {
        _console = await TestConsole.StartAsync();
        var run = await _console.Node.Catalogue.Ledger.ApplyAsync(
            new Fact.RunSeen(new("2026-11-20_M31"), "pi", RawName.FromText(Label), new("2026-11-20"), null), default);
        await _console.Node.SaveAsync(run.Value);
        await _console.Node.SaveAsync(run.Value);
        await _console.Node.Catalogue.Ledger.ApplyAsync(
            new Fact.RunTold(run, new ApplicationReport { ImagesCaptured = 3, Status = "completed" }, IsLast: true), default);
        await _console.Node.SaveAsync("m42");
    }

    public Task DisposeAsync() => _console.DisposeAsync().AsTask();

    [Fact]
    public async Task Interfaces_have_the_label_beside_the_name()
    {
        var session = await GetAsync("/api/sessions/2026-11-20_M31");
        Assert.Equal((Label, 3, "2 of 3 that the app counted", "waiting"), ((string?)session["label"], (int?)session["counted"],
            (string?)session["countedWords"], (string?)session["severity"]));
        session = await GetAsync("/api/sessions/m42");
        Assert.Equal(("m42", (int?)null, (string?)null),
            ((string?)session["label"], (int?)session["counted"], (string?)session["countedWords"]));
        var frame = (await GetAsync("/api/frames?session=2026-11-20_M31"))["frames"]![0]!;
        Assert.Equal(("2026-11-20_M31", Label), ((string?)frame["session"], (string?)frame["sessionLabel"]));
    }

    [Fact]
    public async Task Pages_show_it_as_text()
    {
        var frame = (string?)(await GetAsync("/api/frames?session=2026-11-20_M31"))["frames"]![0]!["id"];
        foreach (var path in new[] { "/", "/sessions", "/frames", "/frames?session=2026-11-20_M31&view=list", $"/frames/{frame}" })
        {
            var html = await _console.Client.GetStringAsync(path);
            Assert.Contains(Label, WebUtility.HtmlDecode(html), StringComparison.Ordinal);
            Assert.DoesNotContain("<b>Ha", html, StringComparison.Ordinal);
        }

        Assert.Contains("2 of 3 that the app counted", await _console.Client.GetStringAsync("/sessions"));
    }

    [Fact]
    public async Task Terminals_show_it_too()
    {
        var data = _console.Node.Options.Data;
        await File.WriteAllTextAsync(Path.Combine(data, "wanda.json"), JsonSerializer.Serialize(new { data }));
        Assert.Contains("M31/", (await WandaCommand.RunHereAsync("session", "ls", "--data", data)).Out);
        var shown = (await WandaCommand.RunHereAsync("session", "show", "2026-11-20_M31", "--data", data)).Out;
        Assert.Contains($"2026-11-20_M31, called {Label}", shown);
        Assert.Contains("2 of 3 that the app counted.", shown);
    }

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await _console.Client.GetStringAsync(path))!;
}
