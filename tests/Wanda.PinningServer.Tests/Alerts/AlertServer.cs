using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wanda.Notify.Tests.Support;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Alerts;

/// <summary>A server whose clock and disk are the test's, and somebody who is told by ntfy.</summary>
internal sealed class AlertServer : IAsyncDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(5);

    private readonly string _token = AccessToken.Generate();
    private readonly string _watcherToken = AccessToken.Generate();
    private WebApplication? _app;
    private HttpClient _watcher = new();

    private AlertServer(Receiver ntfy) => Ntfy = ntfy;

    public string Folder { get; } = Directory.CreateTempSubdirectory("wanda-alerts-").FullName;

    public Receiver Ntfy { get; }

    /// <summary>Whether ntfy refuses.</summary>
    public bool Refuses { get; set; }

    public JumpingTime Time { get; } = new();

    public ServerLog Log { get; } = new();

    public Func<PinningServerOptions, PinningServerOptions> Change { get; set; } = o => o;

    /// <summary>How full the disk is said to be.</summary>
    public int PercentUsed { get; set; } = 10;

    /// <summary>Of the node <c>dome</c>.</summary>
    public HttpClient Client { get; private set; } = new();

    /// <summary>Titles, without the server's name, in the order in which they came.</summary>
    public IReadOnlyList<string> Titles => [.. Told.Select(t => ((string)t["title"]!).Split(": ", 2)[1])];

    /// <summary>What was sent, refused or not.</summary>
    public IReadOnlyList<JsonNode> Told => [.. Ntfy.Requests.Select(r => r.Json)];

    public static async Task<AlertServer> StartAsync(Func<PinningServerOptions, PinningServerOptions>? change = null)
    {
        AlertServer? server = null;
        server = new AlertServer(await Receiver.StartAsync(c =>
        {
            c.Response.StatusCode = server!.Refuses ? StatusCodes.Status403Forbidden : StatusCodes.Status200OK;
            return Task.CompletedTask;
        }))
        {
            Change = change ?? (o => o),
        };
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        await builder.AddPinningServerAsync(Change(new PinningServerOptions
        {
            DataFolder = Folder,
            MinFreeBytes = 0,
            Notify = [$"ntfy {Ntfy.Address}alerts"],
            Nodes =
            [
                new() { Name = "dome", TokenSha256 = AccessToken.Hash(_token) },
                new() { Name = "watcher", TokenSha256 = AccessToken.Hash(_watcherToken), ReadsMetrics = true },
            ],
        }));
        long total = new DriveInfo(Folder).TotalSize;
        builder.Services.AddSingleton<Func<long>>(() => total - (total * PercentUsed / 100) - 1); // the last one counts
        _app = builder.Build();
        _app.MapPinningServer();
        await _app.StartAsync();
        (Client, _watcher) = (Of(_token), Of(_watcherToken));
        await Eventually.HoldsAsync(async () => await MetricAsync("alert_looks_total") > 0, "it has looked");
    }

    public async Task StopAsync()
    {
        Client.Dispose();
        _watcher.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>Time passes, and it has looked and told since.</summary>
    public async Task PassAsync(TimeSpan? time = null)
    {
        double before = await MetricAsync("alert_looks_total");
        var step = time ?? Round;
        await Eventually.HoldsAsync(async () =>
        {
            // Again only where the loop was not waiting yet: what it sends is bounded by the same clock.
            Time.Advance(step);
            step = Round;
            for (int i = 0; i < 100 && await MetricAsync("alert_looks_total") == before; i++)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            return await MetricAsync("alert_looks_total") > before;
        }, "it looks");
    }

    public async Task<double> MetricAsync(string name)
    {
        string text = await _watcher.GetStringAsync("/metrics");
        return double.Parse(
            text.Split('\n').SingleOrDefault(l => l.StartsWith($"wanda_pinning_{name} ", StringComparison.Ordinal))?.Split(' ')[^1] ?? "0",
            System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The node is heard of.</summary>
    public async Task HearAsync()
    {
        using var answer = await Client.GetAsync("/v0/node");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Ntfy.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private HttpClient Of(string token) => new()
    {
        BaseAddress = new Uri(_app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };
}
