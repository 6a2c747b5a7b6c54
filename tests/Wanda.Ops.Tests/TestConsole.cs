using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wanda.Hosting;

namespace Wanda.Ops.Tests;

/// <summary>The console of a test node on a real Kestrel, on a free port of loopback.</summary>
public sealed class TestConsole : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestConsole(WebApplication app, TestNode node)
    {
        (_app, Node) = (app, node);
        Client = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true, CookieContainer = new CookieContainer() })
        {
            BaseAddress = new Uri(app.Urls.Single()),
        };
    }

    public TestNode Node { get; }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    public static async Task<TestConsole> StartAsync(
        Func<WandaOptions, WandaOptions>? configure = null, string listen = "http://127.0.0.1:0", TimeProvider? time = null)
    {
        var node = await TestNode.CreateAsync(configure);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(listen);
        node.AddTo(builder.Services).AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddOps(node.Data);
        var app = builder.Build();
        app.MapOps();
        await app.StartAsync();
        return new TestConsole(app, node);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Node.DisposeAsync();
    }
}
