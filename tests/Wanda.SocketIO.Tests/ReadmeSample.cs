using Microsoft.AspNetCore.Builder;

namespace Wanda.SocketIO.Tests;

/// <summary>The README's code, compiled; Architecture.Tests holds the two equal.</summary>
internal static class ReadmeSample
{
    public static async Task RunAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var news = new SocketIONamespace("/news");
        using var server = new SocketIOServer([news, new Echo()]);
        app.UseWebSockets();
        app.Map("/socket.io/", server.HandleAsync);
        app.Lifetime.ApplicationStopping.Register(server.Dispose);

        news.Broadcast(SocketIOEvent.Create("headline", new { text = "Clear skies", seeing = 1.8 }));

        using var client = await SocketIOClient.ConnectAsync(
            new Uri("http://127.0.0.1:5000"), "/news", cancellationToken: cancellationToken);
        await foreach (var what in client.ReadAsync(cancellationToken))
            Console.WriteLine(what.Json); // ["headline",{"text":"Clear skies","seeing":1.8}]
    }

    private sealed class Echo() : SocketIONamespace("/echo")
    {
        protected override ValueTask CalledAsync(SocketIOCall call, CancellationToken cancellationToken)
        {
            call.Answer(call.Event.Json); // the acknowledgement, if one is waited for
            return ValueTask.CompletedTask;
        }
    }
}
