using System.Net;
using Wanda.PinningServer;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Gateway;

/// <summary>A server that is public and knows how it is reached, with a frame on it.</summary>
internal sealed class PublicServer : IAsyncDisposable
{
    private readonly HeldPort _port = new();

    public TestServer Server { get; private set; } = null!;

    public Frame Frame { get; private set; } = null!;

    public string Address => Server.Address.AbsoluteUri.TrimEnd('/');

    public static async Task<PublicServer> StartAsync(bool publicReads = true)
    {
        var made = new PublicServer();
        string address = $"127.0.0.1:{made._port.Number}";
        made.Server = await TestServer.StartAsync(
            o => o with { Reads = publicReads ? Reads.Public : Reads.Nodes, Listen = address, PublicUrl = $"http://{address}" });
        made.Frame = await Frame.MakeAsync(3_000_000, seed: 4);
        await made.Server.Client.UploadAsync(await made.Frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _port.Dispose();
    }
}
