using System.Text.Json.Nodes;
using Wanda.SocketIO;

namespace Wanda.Ops.Tests.Live;

/// <summary>A page that is in one namespace, and hears in order.</summary>
internal sealed class LivePage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly SocketIOClient _client;
    private readonly IAsyncEnumerator<SocketIOEvent> _events;

    private LivePage(SocketIOClient client) => (_client, _events) = (client, client.ReadAsync().GetAsyncEnumerator());

    public static async Task<LivePage> OpenAsync(Uri console, string name) => new(await SocketIOClient.ConnectAsync(console, name));

    /// <summary>The next event of a name; what comes before it is passed over.</summary>
    public async Task<JsonNode> NextAsync(string name)
    {
        while (await _events.MoveNextAsync().AsTask().WaitAsync(Patience))
        {
            if (_events.Current.Name == name)
                return JsonNode.Parse(_events.Current.Json)![1]!;
        }

        throw new EndOfStreamException();
    }

    /// <summary>The next event, whatever it is.</summary>
    public async Task<string> NextAsync()
    {
        Assert.True(await _events.MoveNextAsync().AsTask().WaitAsync(Patience));
        return _events.Current.Json;
    }

    public Task SendAsync(string name) => _client.SendAsync(SocketIOEvent.Create(name));

    /// <summary>The answer to an event. Nothing is heard meanwhile.</summary>
    public async Task<string> AskAsync(string name, object? argument = null)
    {
        var asking = _client.AskAsync(SocketIOEvent.Create(name, argument));
        var reading = _events.MoveNextAsync().AsTask();
        return await asking.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (NotSupportedException) // somebody reads still, and ends with the connection
        {
        }
    }
}
