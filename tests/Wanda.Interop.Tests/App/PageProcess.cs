using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wanda.Interop.Tests.App;

/// <summary>The WANDA app's page, with npm's socket.io-client: <c>peers/wanda-app/page.mjs</c>.</summary>
internal sealed class PageProcess(NodeProcess process) : IAsyncDisposable
{
    /// <summary>The page's own choice of transports.</summary>
    public const string Page = "page";

    // What came and was not asked for yet: the namespaces are on connections of their own, so their order among one another is nobody's.
    private readonly List<JsonArray> _heard = [];

    public static async Task<PageProcess> OpenAsync(Uri server, string transports, params string[] namespaces)
    {
        var page = new PageProcess(
            await NodeProcess.StartAsync("page.mjs", [server.GetLeftPart(UriPartial.Authority), transports, .. namespaces]));
        foreach (var name in namespaces)
            await page.NextAsync(name, "connect");
        return page;
    }

    /// <summary>What comes with the next event of a name; earlier ones of that namespace are passed over.</summary>
    public async Task<JsonNode?> NextAsync(string name, string what, Func<JsonNode?, bool>? when = null)
    {
        while (true)
        {
            if (_heard.FindIndex(h => Is(h, name, what) && (when?.Invoke(h[2]) ?? true)) is >= 0 and var at)
            {
                var found = _heard[at][2];
                _heard.RemoveAll(h => (string)h[0]! == name && _heard.IndexOf(h) <= at);
                return found;
            }

            _heard.Add(JsonNode.Parse(await process.NextAsync())!.AsArray());
        }
    }

    /// <summary>Whether an event came that nobody asked for yet.</summary>
    public bool Heard(string name, string what) => _heard.Any(h => Is(h, name, what));

    public async Task<JsonNode?> AskAsync(string name, string what, params object[] arguments)
    {
        await SayAsync(name, what, arguments);
        return await NextAsync(name, "answer");
    }

    public Task SayAsync(string name, string what, params object[] arguments) =>
        process.SayAsync(JsonSerializer.Serialize((object[])[name, what, .. arguments]));

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static bool Is(JsonArray heard, string name, string what) => (string)heard[0]! == name && (string)heard[1]! == what;
}
