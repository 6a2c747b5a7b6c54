using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Wanda.Contracts;

namespace Wanda.Ops.App;

/// <summary>The app's answers with what this node knows beside it.</summary>
internal sealed class AppAnswers(
    AppForwarder forwarder, CaptureListQuery list, CaptureQuery captures, SessionIpfsQuery sessions, AppFolder folder, TimeProvider time,
    ILogger<AppAnswers> log)
{
    private const int CapturesToldOf = 50;
    private const string SavedAs = "Image saved as ";

    // The page asks for its lists every 10 s: an app that an exposure keeps from answering is not waited for.
    private static readonly TimeSpan ListPatience = TimeSpan.FromSeconds(3);

    /// <summary>The captures: what lies in the app's folder and what was freed there; when the app is silent what we know.</summary>
    public Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        return ListAsync(context, "Capture list retrieved", async (data, cancellationToken) =>
        {
            var found = await list.ReadAsync(query["folder"], Texts(data["files"]), context.Number("offset", 0),
                context.Number("limit", CapturesToldOf), cancellationToken);
            data["captures"] = Node(found.Captures);
            data["files"] = query["ipfs"] == "1" ? Node(found.Captures) : Node(found.Files);
            data["total"] = found.Files.Count;
        });
    }

    /// <summary>The same of the folders that captures are in.</summary>
    public Task FoldersAsync(HttpContext context) =>
        ListAsync(context, "Capture folders retrieved", async (data, cancellationToken) =>
            data["folders"] = Node(await list.FoldersAsync(Texts(data["folders"]), cancellationToken)));

    /// <summary>How the app's session is, and how far its way out; the latter alone where there is no app.</summary>
    public async Task SessionStatusAsync(HttpContext context)
    {
        if (forwarder.IsThere)
        {
            await forwarder.SendAsync(context, Adding(AddAsync));
            return;
        }

        var data = new JsonObject();
        await AddAsync(data, context.RequestAborted);
        await Envelope.Of(data, "Session status retrieved").ExecuteAsync(context);

        async Task AddAsync(JsonObject data, CancellationToken cancellationToken) =>
            data["ipfs"] = Node(await sessions.NewestAsync(TextOf(data["name"]), cancellationToken));
    }

    /// <summary>A capture that the app just made. What names its file there is a path of the machine; the page gets its own.</summary>
    public Task CaptureAsync(HttpContext context) => forwarder.SendAsync(context, Adding(async (data, cancellationToken) =>
    {
        if (TextOf(data["capture_status"]) is { } status && status.StartsWith(SavedAs, StringComparison.Ordinal)
            && Path.GetFileName(status) is { Length: > 0 } name && folder.Open(RawName.FromText(name)) is { } file)
        {
            await using var content = file.Content;
            data["filename"] = name;
            data["path"] = $"/captures/{name}";
            data["size_bytes"] = content.Length;
            data["captured_at"] = Node(new DateTimeOffset(File.GetLastWriteTimeUtc(content.SafeFileHandle), TimeSpan.Zero));
        }

        data["ipfs"] = Node(await captures.QueuedAsync(cancellationToken));
    }));

    private async Task ListAsync(HttpContext context, string message, Func<JsonObject, CancellationToken, Task> add)
    {
        if (forwarder.IsThere && await forwarder.TryAsync(context, Adding(add), ListPatience))
            return;
        var data = new JsonObject();
        await add(data, context.RequestAborted);
        await Envelope.Of(data, message).ExecuteAsync(context);
    }

    private Enrichment Adding(Func<JsonObject, CancellationToken, Task> add) => new(add, time, log);

    private static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, Envelope.Json);

    private static IEnumerable<string>? Texts(JsonNode? node) => (node as JsonArray)?.Select(TextOf).OfType<string>();

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
