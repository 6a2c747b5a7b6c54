using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Wanda.SocketIO.Tests.Support;

/// <summary>A server on a real Kestrel, whose namespace <c>/echo</c> sends back what comes and answers with it.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoServer(WebApplication app, SocketIOServer server, EchoNamespace echo)
    {
        (_app, Server, Echo) = (app, server, echo);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public SocketIOServer Server { get; }

    public EchoNamespace Echo { get; }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    public static async Task<EchoServer> StartAsync(SocketIOOptions? options = null, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var echo = new EchoNamespace();
        var server = new SocketIOServer([echo, new SocketIONamespace("/"), new SocketIONamespace("/news")], options, time);
        app.UseWebSockets();
        app.Map("/socket.io/", server.HandleAsync);
        app.Lifetime.ApplicationStopping.Register(server.Dispose);
        await app.StartAsync();
        return new(app, server, echo);
    }

    /// <summary>A websocket without any client's code around it.</summary>
    public Task<RawSocket> ConnectAsync() => RawSocket.ConnectAsync(Address, null);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

internal sealed class EchoNamespace() : SocketIONamespace("/echo")
{
    public ConcurrentQueue<SocketIOSocket> Came { get; } = [];

    protected override ValueTask JoinedAsync(SocketIOSocket socket, CancellationToken cancellationToken)
    {
        Came.Enqueue(socket);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask CalledAsync(SocketIOCall call, CancellationToken cancellationToken)
    {
        if (call.WantsAnswer)
            call.Answer(call.Event.Json);
        else
            call.Socket.Send(call.Event);
        return ValueTask.CompletedTask;
    }
}
