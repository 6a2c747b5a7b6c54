using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wanda.Ipfs.Tests.Support;

/// <summary>An HTTP server on loopback that answers as a test wants, lies included.</summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandIn(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Method and path with query of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The Authorization header of every request.</summary>
    public ConcurrentQueue<string> Tokens { get; } = [];

    /// <summary>A remote at this address that loses no time in tests.</summary>
    public RemoteEndpoint Endpoint => new(Address)
    {
        Name = "stand-in",
        Authorization = RemoteEndpoint.Bearer("s3cret-token"),
        FirstWait = TimeSpan.FromMilliseconds(1),
        Patience = TimeSpan.FromSeconds(20),
    };

    public static async Task<StandIn> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = null;
            k.Limits.MinResponseDataRate = null;
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new StandIn(app);
        app.Run(context =>
        {
            server.Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            server.Tokens.Enqueue(context.Request.Headers.Authorization.ToString());
            return answer(context);
        });
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Answers that wait without end are cut off, not waited for.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
