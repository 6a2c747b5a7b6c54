using System.Net;
using System.Text.Json;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops.Tests.Cli;

/// <summary>Law 11: page, tab, exit code and <c>/health</c> say one severity, whatever it is.</summary>
public sealed class OneSeverityTests : IAsyncLifetime
{
    private TestConsole _console = null!;

    private TestNode Node => _console.Node;

    public async Task InitializeAsync()
    {
        _console = await TestConsole.StartAsync(o => o with { Clock = new() { RequireSync = false } });
        await File.WriteAllTextAsync(Path.Combine(Node.Options.Data, "wanda.json"), JsonSerializer.Serialize(new
        {
            data = Node.Options.Data,
            clock = new { requireSync = false }, // as in a container
            destinations = new[] { new { name = "altermundi", url = "https://pin.example.org", token = "t" } },
        }));
    }

    public Task DisposeAsync() => _console.DisposeAsync().AsTask();

    [Theory]
    [InlineData(Severity.Calm, "calm", "Calm", "answer calm", 200, 0)]
    [InlineData(Severity.Waiting, "waiting", "Waiting", "answer waiting", 200, 0)]
    [InlineData(Severity.NeedsYou, "needs you", "Needs you", "answer trouble", 503, 3)]
    [InlineData(Severity.Lost, "lost", "Lost", "answer trouble lost", 503, 4)]
    [InlineData(Severity.CaptureStopped, "capture stopped", "Capture stopped", "answer trouble stopped", 503, 4)]
    public async Task It_is_the_same_everywhere(Severity severity, string word, string tab, string style, int status, int exit)
    {
        await MakeAsync(severity);
        var page = WebUtility.HtmlDecode(await _console.Client.GetStringAsync("/"));
        Assert.Contains($"<title>{tab} ·", page);
        Assert.Contains($"class=\"{style}\"", page);
        var health = await _console.Client.GetAsync("/health");
        Assert.Equal((status, $"{word}\n"), ((int)health.StatusCode, await health.Content.ReadAsStringAsync()));
        Assert.True(health.Headers.CacheControl?.NoStore);
        var checkedNode = await WandaCommand.RunHereAsync("status", "--check", "--data", Node.Options.Data);
        Assert.Equal((exit, ""), (checkedNode.Code, checkedNode.Error));
        Assert.Equal(0, (await WandaCommand.RunHereAsync("status", "--data", Node.Options.Data)).Code);
    }

    private async Task MakeAsync(Severity severity)
    {
        var capture = await Node.SaveAsync();
        if (severity == Severity.Waiting)
            return;
        await Node.AddCidAsync(capture);
        await Node.ProveAsync(capture);
        if (severity == Severity.NeedsYou)
            await Node.Catalogue.Node.StoreKuboAsync(new(true, "It is up.", 1, "Disk full.", TimeProvider.System.GetUtcNow()), default);
        if (severity == Severity.Lost)
        {
            await Node.ReleaseAsync(capture);
            await Node.Catalogue.Ledger.ApplyAsync(new Fact.Revoked("altermundi", capture.Id.ToString(), "a block is missing"), default);
        }

        if (severity == Severity.CaptureStopped)
            File.Delete(Path.Combine(Node.Root.Path, StorageRoot.IdFileName));
    }
}
