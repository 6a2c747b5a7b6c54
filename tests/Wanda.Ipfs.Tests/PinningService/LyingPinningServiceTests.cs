using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.PinningService;

/// <summary>A pinning service that loses answers, ignores filters, or answers for another pin.</summary>
public sealed class LyingPinningServiceTests
{
    private static readonly Cid One = Block.Create(Codec.Raw, "one"u8.ToArray()).Cid;
    private static readonly Cid Two = Block.Create(Codec.Raw, "two"u8.ToArray()).Cid;

    [Fact]
    public async Task An_answer_that_was_lost_makes_no_second_pin()
    {
        var pins = new List<string>();
        await using var server = await StandIn.StartAsync(c =>
        {
            if (c.Request.Method == "GET")
                return Page(c, pins.Count, pins);
            pins.Add(Status($"id-{pins.Count}", One));
            c.Abort();
            return Task.CompletedTask;
        });
        using var client = new PinningServiceClient(server.Endpoint, TimeProvider.System);

        var added = await client.AddAsync(new PinRequest(One));

        Assert.Equal("id-0", added.RequestId);
        Assert.Single(pins);
        Assert.All(server.Tokens, t => Assert.Equal("Bearer s3cret-token", t));
    }

    [Fact]
    public async Task A_failed_pin_and_that_of_another_do_not_count_as_there()
    {
        await using var server = await StandIn.StartAsync(c => c.Request.Method == "POST"
            ? Answer(c, Status("new", One, "queued"), 202)
            : Page(c, 1, [Status("other", Two)]));
        using var client = new PinningServiceClient(server.Endpoint, TimeProvider.System);

        Assert.Equal("new", (await client.AddAsync(new PinRequest(One))).RequestId);
        Assert.Contains("status=queued,pinning,pinned&", server.Requests.First());
    }

    [Fact]
    public async Task Another_CID_in_the_answer_is_an_error_with_both()
    {
        await using var server = await StandIn.StartAsync(
            c => c.Request.Method == "POST" ? Answer(c, Status("id", Two), 202) : Page(c, 0, []));
        using var client = new PinningServiceClient(server.Endpoint, TimeProvider.System);

        var e = await Assert.ThrowsAsync<RemoteException>(() => client.AddAsync(new PinRequest(One)));

        Assert.Equal(RemoteFailure.Malformed, e.Failure);
        Assert.Contains(One.ToString(), e.Message);
        Assert.Contains(Two.ToString(), e.Message);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData(
        """{"requestid":"a","status":"lost","created":"2026-01-01T00:00:00Z","pin":{"cid":"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}}""")]
    [InlineData(
        """{"requestid":"a","status":"3","created":"yesterday","pin":{"cid":"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}}""")]
    [InlineData("""{"requestid":"a","status":"pinned","created":"2026-01-01T00:00:00Z","pin":{"cid":"x"}}""")]
    [InlineData(
        """{"requestid":"","status":"pinned","created":"2026-01-01T00:00:00Z","pin":{"cid":"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}}""")]
    public async Task What_is_no_pin_is_told_as_that(string body)
    {
        await using var server = await StandIn.StartAsync(c => Answer(c, body, 200));
        using var client = new PinningServiceClient(server.Endpoint, TimeProvider.System);

        Assert.Equal(RemoteFailure.Malformed, (await Assert.ThrowsAsync<RemoteException>(() => client.FindAsync("a"))).Failure);
    }

    [Fact]
    public async Task Pages_that_lead_nowhere_end()
    {
        await using var server = await StandIn.StartAsync(c => Page(c, 500, [Status("a", One)]));
        using var client = new PinningServiceClient(server.Endpoint, TimeProvider.System);

        var e = await Assert.ThrowsAsync<RemoteException>(async () => await client.ListAsync().CountAsync());

        Assert.Contains("cannot be told apart by time", e.Message);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(35)]
    [InlineData(100)]
    [InlineData(250)]
    public async Task A_count_that_is_the_pages_ends_no_list(int pins)
    {
        // A page of at most ten, however many are asked for, and "count" of no more than that.
        var all = Enumerable.Range(0, pins).Select(i => (At: DateTimeOffset.UnixEpoch.AddDays(pins - i), Id: $"id-{i}")).ToList();
        await using var server = await StandIn.StartAsync(c =>
        {
            var before = c.Request.Query["before"] is [{ } text] ? DateTimeOffset.Parse(text) : DateTimeOffset.MaxValue;
            var page = all.Where(p => p.At < before).Take(10).Select(p => Status(p.Id, One, created: p.At)).ToList();
            return Page(c, page.Count, page);
        });
        using var client = new PinningServiceClient(server.Endpoint, TimeProvider.System);

        Assert.Equal(all.Select(p => p.Id), await client.ListAsync().Select(p => p.RequestId).ToListAsync());
    }

    [Fact]
    public async Task A_page_without_end_is_cut()
    {
        await using var server = await StandIn.StartAsync(async c =>
        {
            while (!c.RequestAborted.IsCancellationRequested)
                await c.Response.Body.WriteAsync(new byte[65536], c.RequestAborted);
        });
        using var client = new PinningServiceClient(server.Endpoint, TimeProvider.System);

        Assert.Contains("more than 8388608 bytes", (await Assert.ThrowsAsync<RemoteException>(() => client.FindAsync("a"))).Message);
    }

    [Fact]
    public async Task A_refusal_gives_the_services_reason()
    {
        await using var server = await StandIn.StartAsync(c => c.Request.Method == "GET"
            ? Page(c, 0, [])
            : Answer(c, """{"error":{"reason":"INSUFFICIENT_FUNDS","details":"top up, s3cret-token"}}""", 409));
        using var client = new PinningServiceClient(server.Endpoint, TimeProvider.System);

        var e = await Assert.ThrowsAsync<RemoteException>(() => client.AddAsync(new PinRequest(One)));

        Assert.Equal("stand-in refuses the pin (409): INSUFFICIENT_FUNDS: top up, (token)", e.Message);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task What_the_specification_does_not_allow_is_not_sent()
    {
        using var client = new PinningServiceClient(new RemoteEndpoint(new Uri("http://127.0.0.1:9")), TimeProvider.System);

        await Assert.ThrowsAsync<ArgumentException>(() => client.AddAsync(new PinRequest(One) { Name = new string('x', 256) }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.AddAsync(new PinRequest(One) { Origins = ["/ip4/192.0.2.1/tcp/4001"] }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.FindAsync(".."));
    }

    private static string Status(string id, Cid cid, string status = "pinned", DateTimeOffset? created = null) =>
        JsonSerializer.Serialize(new
        {
            requestid = id,
            status,
            created = created ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            pin = new { cid = cid.ToString() },
            delegates = Array.Empty<string>(),
        });

    private static Task Page(HttpContext context, int count, IEnumerable<string> pins) =>
        Answer(context, $$"""{"count":{{count}},"results":[{{string.Join(',', pins)}}]}""", 200);

    private static Task Answer(HttpContext context, string json, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(json);
    }
}
