using System.Net;
using System.Runtime.ExceptionServices;
using System.Text;

namespace Wanda.Ipfs;

/// <summary>
/// Requests to one remote over pooled connections. Redirects are answers, not orders: what is sent, a token above all, goes to the
/// configured host or nowhere.
/// </summary>
internal sealed class RemoteHttp(RemoteEndpoint endpoint, TimeProvider time, Func<HttpResponseMessage, string, RemoteException?>? read = null) : IDisposable
{
    private const int MaxErrorBytes = 4096;
    private const int MaxErrorText = 400;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = endpoint.Patience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // A name may come to mean another machine.
        MaxConnectionsPerServer = 16,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // Each request has its watch.
    };

    public RemoteEndpoint Endpoint { get; } = endpoint;

    /// <summary>Sends a request and gives the answer when its head is good.</summary>
    /// <exception cref="RemoteException">There was no answer, or another than success.</exception>
    public async Task<RemoteAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? accept, CancellationToken cancellationToken, IEnumerable<(string Name, string Value)>? headers = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Endpoint.Address, path)) { Content = content };
        request.Headers.Authorization = Endpoint.Authorization;
        if (Endpoint.KeyHeader is { } key)
        {
            request.Headers.TryAddWithoutValidation(key.Key, key.Value);
        }
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }
        foreach (var (name, value) in headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        var watch = new Watch(Endpoint, time, cancellationToken);
        var streamed = Streamed(content);
        if (streamed is not null)
        {
            streamed.Watch = watch;
        }
        HttpResponseMessage? response = null;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, watch.Token);
            var answer = new RemoteAnswer(response, await response.Content.ReadAsStreamAsync(watch.Token), watch, Endpoint);
            watch.Pause();
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.NoContent or HttpStatusCode.Created
                ? answer
                : throw await RefusalAsync(answer, cancellationToken);
        }
        catch (Exception e)
        {
            var failure = streamed?.SourceFailure ?? watch.Explain(e);
            response?.Dispose();
            watch.Dispose();
            if (streamed?.SourceFailure is { } source && !cancellationToken.IsCancellationRequested)
            {
                ExceptionDispatchInfo.Throw(source);
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (failure is RemoteException)
            {
                throw failure;
            }
            throw;
        }
    }

    /// <summary>Repeats what failed and may work later. Only for requests that may be sent twice.</summary>
    public async Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await attempt();
            }
            // A remote that asks for more than a moment is left to the caller, who has other work meanwhile.
            catch (RemoteException e) when (e.Failure == RemoteFailure.Unavailable && tries < Endpoint.Tries && !(e.RetryAfter > LongestWait))
            {
                var wait = Endpoint.FirstWait * Math.Pow(2, tries - 1);
                wait = wait > LongestWait ? LongestWait : wait;
                await Task.Delay(e.RetryAfter > wait ? e.RetryAfter.Value : wait, time, cancellationToken);
            }
        }
    }

    public RemoteException Malformed(string detail, Exception? inner = null) => new(Endpoint.Name, RemoteFailure.Malformed, Clean(Endpoint, detail), inner);

    /// <summary>One line that holds no token, should the remote repeat what it was sent.</summary>
    public static string Clean(RemoteEndpoint endpoint, string text)
    {
        foreach (string secret in new[] { endpoint.Authorization?.Parameter, endpoint.KeyHeader?.Value }.OfType<string>().Where(s => s.Length > 0))
        {
            text = text.Replace(secret, "(token)", StringComparison.Ordinal);
        }
        var line = new StringBuilder(Math.Min(text.Length, MaxErrorText));
        foreach (char c in text.AsSpan().Trim()[..Math.Min(text.AsSpan().Trim().Length, MaxErrorText)])
        {
            line.Append(char.IsControl(c) ? ' ' : c);
        }
        return line.ToString();
    }

    public void Dispose() => _http.Dispose();

    private static StreamedContent? Streamed(HttpContent? content) =>
        content as StreamedContent ?? (content as MultipartContent)?.OfType<StreamedContent>().FirstOrDefault();

    private async Task<RemoteException> RefusalAsync(RemoteAnswer answer, CancellationToken cancellationToken)
    {
        var response = answer.Response;
        byte[] head = new byte[MaxErrorBytes];
        int length = 0;
        try
        {
            length = await answer.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (RemoteException)
        {
            // The status says enough.
        }
        // Cleaned before it is cut, so that no half of a token stays.
        string body = Encoding.UTF8.GetString(head, 0, length);
        if (read?.Invoke(response, body) is { } known)
        {
            return known;
        }
        int status = (int)response.StatusCode;
        string said = body.Length > 0 && response.Content.Headers.ContentType?.MediaType != "text/html" ? $": {Clean(Endpoint, body)}" : ".";
        var (failure, detail) = status switch
        {
            401 or 403 => (RemoteFailure.Denied, $"refuses the token, or wants one ({status}){said}"),
            404 or 405 or 410 => (RemoteFailure.NotFound, $"does not have it ({status}){said}"),
            >= 300 and < 400 => (RemoteFailure.Rejected, $"redirects ({status}), which is not followed; configure the address it really has."),
            429 => (RemoteFailure.Unavailable, $"asks to be left alone for a while (429){said}"),
            408 or >= 500 => (RemoteFailure.Unavailable, $"is in trouble ({status}){said}"),
            _ => (RemoteFailure.Rejected, $"answered {status}{said}"),
        };
        return new(Endpoint.Name, failure, detail) { Status = response.StatusCode, RetryAfter = RetryAfter(response) };
    }

    public TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };
}
