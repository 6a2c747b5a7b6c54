using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>Requests to one of Pinata's hosts, at the pace that its answers allow.</summary>
internal sealed class PinataHttp : IDisposable
{
    // A page of files is some 100 kB.
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    private readonly RemoteHttp _http;
    private readonly RateLimit _limit;

    public PinataHttp(RemoteEndpoint endpoint, TimeProvider time)
    {
        _http = new(endpoint, time, (response, body) =>
        {
            _limit!.Note(response);
            return Read(endpoint, response, body);
        });
        _limit = new(_http, time);
    }

    public RemoteEndpoint Endpoint => _http.Endpoint;

    public Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken) => _http.RetryAsync(attempt, cancellationToken);

    public RemoteException Malformed(string detail, Exception? inner = null) => _http.Malformed(detail, inner);

    public async Task<RemoteAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, IEnumerable<(string Name, string Value)>? headers = null)
    {
        await _limit.WaitAsync(cancellationToken);
        var answer = await _http.SendAsync(method, path, content, "application/json", cancellationToken, headers);
        _limit.Note(answer.Response);
        return answer;
    }

    public async Task<T> JsonAsync<T>(HttpMethod method, string path, HttpContent? content, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(method, path, content, cancellationToken);
        byte[] bytes = await answer.AllAsync(MaxAnswerBytes, cancellationToken);
        try
        {
            return RemoteJson.Read(bytes, json => read(PinataJson.Data(json)));
        }
        catch (JsonException e)
        {
            throw Malformed($"answered with what cannot be used: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    // What is refused for want of money or room is told by its own status; waiting or another token does not help.
    private static RemoteException? Read(RemoteEndpoint endpoint, HttpResponseMessage response, string body) => (int)response.StatusCode == 402
        ? new(endpoint.Name, RemoteFailure.Rejected, RemoteHttp.Clean(endpoint, $"wants the account to be paid or has no room left in it (402): {body}")) { Status = response.StatusCode }
        : null;
}
