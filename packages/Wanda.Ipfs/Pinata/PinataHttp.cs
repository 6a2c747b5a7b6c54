using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>Requests to one of Pinata's hosts, at the pace that its answers allow.</summary>
internal sealed class PinataHttp(RemoteEndpoint endpoint, TimeProvider time) : IDisposable
{
    // A page of files is some 100 kB.
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    /// <summary>The requests themselves.</summary>
    public RemoteHttp Http { get; } = new(endpoint, time, (response, body) => Read(endpoint, response, body), keepsRate: true);

    public Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken) => Http.RetryAsync(attempt, cancellationToken);

    public RemoteException Malformed(string detail, Exception? inner = null) => Http.Malformed(detail, inner);

    public Task<RemoteAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken) =>
        Http.SendAsync(method, path, content, "application/json", cancellationToken);

    public async Task<T> JsonAsync<T>(
        HttpMethod method, string path, HttpContent? content, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(method, path, content, cancellationToken).ConfigureAwait(false);
        byte[] bytes = await answer.AllAsync(MaxAnswerBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return RemoteJson.Read(bytes, json => read(PinataJson.Data(json)));
        }
        catch (JsonException e)
        {
            throw Malformed($"answered with what cannot be used: {e.Message}", e);
        }
    }

    public void Dispose() => Http.Dispose();

    // What is refused for want of money or room is told by its own status; waiting or another token does not help.
    private static RemoteException? Read(RemoteEndpoint endpoint, HttpResponseMessage response, string body) =>
        (int)response.StatusCode == 402
            ? new(endpoint.Name, RemoteFailure.Rejected,
                RemoteHttp.Clean(endpoint, $"wants the account to be paid or has no room left in it (402): {body}"))
            {
                Status = response.StatusCode,
            }
            : null;
}
