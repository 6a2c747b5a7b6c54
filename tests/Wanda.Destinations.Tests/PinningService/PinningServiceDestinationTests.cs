using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations.PinningService;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Destinations.Tests.PinningService;

/// <summary>A service that is told where to fetch from, and takes its time.</summary>
public sealed class PinningServiceDestinationTests : IAsyncLifetime
{
    private const string Origin = "/ip4/192.0.2.1/tcp/4001/p2p/12D3KooWOurs";
    private const string Delegate = "/ip4/192.0.2.9/tcp/4001/p2p/12D3KooWTheirs";

    private static readonly OffloadItem Frame = new(
        SubjectKind.Capture, "a", Cid.Parse("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
        new PinLabels("m42", "a.fits", "a", 7));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-psa-");
    private readonly JumpingTime _time = new();
    private readonly DateTimeOffset _created = new JumpingTime().GetUtcNow();
    private readonly List<JsonElement> _asked = [];
    private BlockStore _store = null!;
    private Catalogue _catalogue = null!;
    private StandIn _service = null!;
    private StandIn _ours = null!;
    private KuboClient _kubo = null!;
    private string _state = "queued";
    private string? _refusal;

    public async Task InitializeAsync()
    {
        _store = await BlockStore.OpenAsync(Path.Combine(_folder.FullName, "store"), _time, default);
        _catalogue = await Catalogue.OpenAsync(Path.Combine(_folder.FullName, "catalogue.db"), _time, default);
        _service = await StandIn.StartAsync(ServeAsync);
        _ours = await StandIn.StartAsync(context => context.Request.Path == "/api/v0/id"
            ? context.Response.WriteAsync(
                JsonSerializer.Serialize(new
                {
                    ID = "12D3KooWOurs",
                    AgentVersion = "kubo/0.42.0",
                    Addresses = new[] { "/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWOurs", Origin },
                }))
            : context.Response.WriteAsync("""{"Strings":["connect success"]}"""));
        _kubo = new KuboClient(_ours.Endpoint, _time);
    }

    public async Task DisposeAsync()
    {
        _kubo.Dispose();
        await _service.DisposeAsync();
        await _ours.DisposeAsync();
        await _store.DisposeAsync();
        await _catalogue.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task It_is_told_where_our_Kubo_is_and_our_Kubo_calls_its_peers()
    {
        Assert.Equal("r0", await Service().PushAsync(Frame, default));

        var asked = Assert.Single(_asked);
        Assert.Equal("a", asked.GetProperty("name").GetString());
        Assert.Equal(Origin, Assert.Single(asked.GetProperty("origins").EnumerateArray()).GetString());
        Assert.Equal(("7", "m42"),
            (asked.GetProperty("meta").GetProperty("number").GetString(), asked.GetProperty("meta").GetProperty("session").GetString()));
        Assert.Contains(_ours.Requests, r => r == $"POST /api/v0/swarm/connect?arg={Uri.EscapeDataString(Delegate)}");
    }

    [Fact]
    public async Task It_looks_before_it_pins()
    {
        await Service().PushAsync(Frame, default);

        Assert.Equal("r0", await Service().PushAsync(Frame, default));

        Assert.Single(_asked);
    }

    [Fact]
    public async Task One_that_is_not_there_yet_is_asked_again_less_and_less_often()
    {
        var service = Service();
        await service.PushAsync(Frame, default);

        var soon = await Assert.ThrowsAsync<NotNowException>(() => service.ProveAsync(Frame, default));
        _time.Advance(TimeSpan.FromHours(2));
        var later = await Assert.ThrowsAsync<NotNowException>(() => service.ProveAsync(Frame, default));

        Assert.Contains("queued", soon.Message);
        Assert.InRange(soon.RetryAfter, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
        Assert.InRange(later.RetryAfter, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(31));
    }

    [Fact]
    public async Task A_pin_that_failed_says_why_and_is_asked_for_anew()
    {
        var service = Service();
        await service.PushAsync(Frame, default);
        _state = "failed";

        Assert.Contains("no peer has it", (await Assert.ThrowsAsync<NotHeldException>(() => service.ProveAsync(Frame, default))).Message);
        Assert.Equal("r1", await service.PushAsync(Frame, default));
    }

    [Fact]
    public async Task A_full_account_wants_the_operator_and_is_not_the_frames_fault()
    {
        _refusal = """{"error":{"reason":"INSUFFICIENT_FUNDS","details":"Upgrade your plan."}}""";

        var full = await Assert.ThrowsAsync<DestinationDownException>(() => Service().PushAsync(Frame, default));

        Assert.True(full.NeedsOperator);
        Assert.Contains("has no room for us", full.Message);
    }

    [Fact]
    public async Task Without_a_way_for_the_bytes_it_says_what_to_write()
    {
        var stuck = await Assert.ThrowsAsync<DestinationDownException>(() => Service(ourKubo: false).PushAsync(Frame, default));

        Assert.True(stuck.NeedsOperator);
        Assert.Contains("carUrl", stuck.Message);
        Assert.Empty(_asked);
    }

    private PinningServiceDestination Service(bool ourKubo = true)
    {
        var node = new EmbeddedNode(_store);
        var options = new DestinationOptions
        {
            Name = "service",
            Kind = "pinning-service",
            Url = _service.Address.ToString(),
            Token = "s3cret-token",
            Public = true,
            Gateway = _service.Address.ToString(),
        };
        var tools = new DestinationTools(new WandaOptions(), node, new ReadBack(new OwnNodes(node, []), _time),
            _time, ourKubo ? _kubo : null);
        return new PinningServiceDestination(options, tools, new UploadLine(options, new Uplink(_time), _catalogue, _time));
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            var states = context.Request.Query["status"].ToString().Split(',');
            var pins = Enumerable.Range(0, _asked.Count).Where(_ => states.Contains(_state)).Select(Pin).ToList();
            await context.Response.WriteAsJsonAsync(new { count = pins.Count, results = pins });
            return;
        }

        if (_refusal is not null)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await context.Response.WriteAsync(_refusal);
            return;
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        _asked.Add(body.RootElement.Clone());
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsJsonAsync(Pin(_asked.Count - 1));
    }

    private object Pin(int index) => new
    {
        requestid = $"r{index}",
        status = _state,
        created = _created,
        pin = new { cid = Frame.Cid.ToString(), name = "a" },
        delegates = new[] { Delegate },
        info = new { status_details = "no peer has it" },
    };
}
