using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Wanda.Destinations.Check;

/// <summary>Requests to a WANDA pinning server whose answers are looked at themselves, heads included.</summary>
internal sealed class WandaHttp(Uri address, string? token, TimeSpan patience) : IDisposable
{
    private const int MaxBody = 64 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = patience,
        MaxResponseHeadersLength = 32,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // Each step has its time.
    };

    /// <summary>A path below the server's address.</summary>
    public Uri At(string path) => new(address, path);

    /// <summary>Asks, by HTTP/2 where it is offered.</summary>
    /// <param name="method">How.</param>
    /// <param name="path">Below the server's address.</param>
    /// <param name="withToken">Whether the token is shown.</param>
    /// <param name="headers">Besides.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, bool withToken, IEnumerable<(string Name, string Value)> headers,
        CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, At(path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (withToken && token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>The JSON object of an answer; null when it is none.</summary>
    public static async Task<JsonElement?> JsonAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = new byte[MaxBody];
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(body.AsMemory(0, length));
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The text of a member; null when it has none.</summary>
    public static string? Text(JsonElement? json, params string[] path)
    {
        foreach (var name in path)
            json = json is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var member) ? member : null;
        return json is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
    }

    public void Dispose() => _http.Dispose();
}
