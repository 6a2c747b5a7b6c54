using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Api;

public sealed class ApiTests : IAsyncLifetime
{
    private TestConsole _console = null!;

    public async Task InitializeAsync() => _console = await TestConsole.StartAsync();

    public Task DisposeAsync() => _console.DisposeAsync().AsTask();

    [Fact]
    public async Task The_answers_are_those_of_the_queries()
    {
        var capture = await _console.Node.SaveAsync();
        await _console.Node.AddCidAsync(capture);
        await _console.Node.ProveAsync(capture);
        Assert.Equal("1 frame tonight, all safe on altermundi.", (string?)(await GetAsync("/api/status"))["sentence"]);
        var page = await GetAsync("/api/frames?state=safe&session=m42&limit=5");
        Assert.Equal((1, "proven", capture.Id.ToString()),
            ((int?)page["total"], (string?)page["frames"]![0]!["state"], (string?)page["frames"]![0]!["id"]));
        var detail = await GetAsync($"/api/frames/{capture.Id.ToString()[..13]}");
        Assert.Equal(["saved", "added", "pushed", "proven"], detail["timeline"]!.AsArray().Select(e => (string?)e!["kind"]));
        Assert.Equal(1, (int?)(await GetAsync("/api/sessions/m42"))["safe"]);
        Assert.Equal("altermundi", (string?)(await GetAsync("/api/destinations"))[0]!["name"]);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("X-Forwarded-For", "203.0.113.7", false)]
    [InlineData("Forwarded", "for=203.0.113.7", false)]
    [InlineData("Host", "dome.example.org", false)]
    public async Task What_leaves_this_machine_tells_no_private_facts_of_headers(string? header, string? value, bool told)
    {
        await using var console = await TestConsole.StartAsync(o => o with { Ops = o.Ops with { Token = new string('t', 40) } });
        var capture = await console.Node.SaveAsync(
            metadata: """{"object":"M 31","siteLatitude":-31.4213,"observer":"Ana Perez","cameraSerial":"ABC-77"}""");
        foreach (var path in new[] { "/api/frames", $"/api/frames/{capture.Id}", $"/frames/{capture.Id}" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new("Bearer", new('t', 40)) } };
            if (header is not null)
                request.Headers.TryAddWithoutValidation(header, value);
            var answer = await (await console.Client.SendAsync(request)).Content.ReadAsStringAsync();
            Assert.Contains("M 31", answer);
            foreach (var secret in new[] { "31.4213", "Ana Perez", "ABC-77" })
                Assert.Equal(told, answer.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("/api/frames/ffff", HttpStatusCode.NotFound)]
    [InlineData("/api/sessions/no-such", HttpStatusCode.NotFound)]
    [InlineData("/api/queues/no-such", HttpStatusCode.NotFound)]
    [InlineData("/api/frames?state=no-such", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_answered_is_a_problem_with_a_reason(string path, HttpStatusCode status)
    {
        var answer = await _console.Client.GetAsync(path);
        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.NotEmpty((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task A_queue_is_retried_purged_paused_and_resumed()
    {
        await using var bus = await QueueSeed.StartAsync(_console.Node, new QueueSeed.Refusal { Cause = "its file changed" });
        await bus.RefuseAsync(_console.Node, await _console.Node.SaveAsync());
        var stuck = (await GetAsync("/api/queues/ipfs-add"))["stuck"]![0]!["deliveryId"];
        Assert.Contains("Poison", (string?)(await GetAsync($"/api/queues/ipfs-add/messages/{stuck}"))["work"]!["exception"]);
        Assert.Equal(1, (int?)(await PostAsync("/api/queues/ipfs-add/retry?limit=1&perSecond=100"))["retried"]);
        await Eventually.HoldsAsync(
            async () => (await _console.Node.Queues.FindAsync(QueueNames.IpfsAdd))?.Error == 1, "it to be refused again");
        using var never = await _console.Client.PostAsync("/api/queues/ipfs-add/retry?perSecond=1e-300", null);
        Assert.Equal(HttpStatusCode.BadRequest, never.StatusCode);
        Assert.Equal(1, (int?)(await PostAsync("/api/queues/ipfs-add/purge"))["purged"]);
        Assert.NotNull((string?)(await PostAsync("/api/queues/ipfs-add/pause?reason=disk&length=01:00:00"))["until"]);
        Assert.Equal("disk", (await _console.Node.Queues.FindAsync(QueueNames.IpfsAdd))!.Paused!.Reason);
        var resumed = await PostAsync("/api/queues/ipfs-add/resume");
        Assert.Equal((true, 0), ((bool)resumed["resumed"]!, (int)resumed["sooner"]!));
        await bus.PublishLaterAsync(await _console.Node.SaveAsync(), TimeSpan.FromHours(1));
        Assert.Equal(1, (int?)(await PostAsync("/api/queues/ipfs-add/retry?later=true"))["retried"]);
        using var both = await _console.Client.PostAsync("/api/queues/ipfs-add/retry?later=true&delivery=1", null);
        Assert.Equal(HttpStatusCode.BadRequest, both.StatusCode);
    }

    [Fact]
    public async Task The_event_stream_goes_on_where_its_reader_was()
    {
        var first = await _console.Node.SaveAsync();
        await _console.Node.AddCidAsync(first);
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        request.Headers.Add("Last-Event-ID", "1");
        using var answer = await _console.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel.Token);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel.Token));
        Assert.Contains("\"kind\":\"added\"", await DataAsync());
        var second = await _console.Node.SaveAsync();
        Assert.Contains(second.Id.ToString(), await DataAsync());

        async Task<string> DataAsync()
        {
            string? line;
            do
                line = await lines.ReadLineAsync(cancel.Token) ?? throw new EndOfStreamException();
            while (!line.StartsWith("data:", StringComparison.Ordinal));
            return line;
        }
    }

    private async Task<JsonNode> GetAsync(string path) => (await _console.Client.GetFromJsonAsync<JsonNode>(path))!;

    private async Task<JsonNode> PostAsync(string path)
    {
        var answer = await _console.Client.PostAsync(path, null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }
}
