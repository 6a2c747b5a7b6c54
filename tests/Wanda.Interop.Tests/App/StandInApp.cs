using System.Globalization;
using System.Net.Http.Json;

namespace Wanda.Interop.Tests.App;

/// <summary>The WANDA app's stand-in: <c>peers/wanda-app/app.mjs</c>.</summary>
internal sealed class StandInApp : IAsyncDisposable
{
    private readonly NodeProcess _process;
    private readonly HttpClient _client;

    private StandInApp(NodeProcess process, int port) =>
        (_process, _client) = (process, new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") });

    public Uri Address => _client.BaseAddress!;

    /// <param name="port">Where; 0 for a free one.</param>
    /// <param name="ping">The time between its pings, ms, and for their answers: so long it may be silent.</param>
    public static async Task<StandInApp> StartAsync(int port = 0, int ping = 1000)
    {
        var process = await NodeProcess.StartAsync("app.mjs", $"{port}", $"{ping}");
        return new(process, int.Parse(await process.NextAsync(), CultureInfo.InvariantCulture));
    }

    /// <summary>It takes pictures for about 1.5 s each.</summary>
    public Task StartSessionAsync(string name, int images) => PostAsync("/api/session/start", new { name, total_images = images });

    /// <summary>It exposes, and answers nobody until a file is there.</summary>
    /// <returns>The capture, which ends then.</returns>
    public async Task<Task> ExposeAsync(string until)
    {
        var exposing = PostAsync("/api/camera/capture", new { until });
        Assert.Equal("exposes", await _process.NextAsync());
        return exposing;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
    }

    private async Task PostAsync(string path, object body) => (await _client.PostAsJsonAsync(path, body)).EnsureSuccessStatusCode();
}
