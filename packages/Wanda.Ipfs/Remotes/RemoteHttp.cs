using System.Net;
using System.Runtime.ExceptionServices;
using System.Text;

namespace Wanda.Ipfs;

/// <summary>
/// Requests to one remote over pooled connections. Redirects are answers, not orders: what is sent, a token above all, goes to the
/// configured host or nowhere.
/// </summary>
/// <param name="endpoint">The remote.</param>
/// <param name="time">The clock of waits.</param>
/// <param name="read">Reads what the remote refuses with in words of its own; null for what is none of them.</param>
/// <param name="keepsRate">Whether a request that the remote's last answers say would be refused waits, or fails at once.</param>
internal sealed class RemoteHttp(
    RemoteEndpoint endpoint, TimeProvider time, Func<HttpResponseMessage, string, RemoteException?>? read = null, bool keepsRate = false)
    : IDisposable
{
    private const int MaxErrorBytes = 4096;
    private const int MaxErrorText = 400;
    private const double SlowDisk = 8e6; // bytes a second: a card, or a disk that others use as well
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(15);

    private readonly RateLimit? _limit = keepsRate ? new(endpoint.Name, time) : null;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = (context, cancellationToken) => ShallowSocket.ConnectAsync(endpoint.Connects, context, cancellationToken),
        ConnectTimeout = endpoint.Patience < LongestConnect ? endpoint.Patience : LongestConnect,
        Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // A name may come to mean another machine.
        MaxConnectionsPerServer = 16,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // Each request has its watch.
    };

    public RemoteEndpoint Endpoint { get; } = endpoint;

    /// <summary>Sends a request and gives the answer when its head is good.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Below the remote's address.</param>
    /// <param name="content">The body.</param>
    /// <param name="accept">The type that is wanted.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <param name="headers">Further headers.</param>
    /// <param name="reads">
    /// How many bytes the remote reads from its disk, or writes to it, once it has the request and before it answers: it gets the time that
    /// a slow disk takes.
    /// </param>
    /// <exception cref="RemoteException">There was no answer, or another than success.</exception>
    public async Task<RemoteAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? accept, CancellationToken cancellationToken,
        IEnumerable<(string Name, string Value)>? headers = null, long reads = 0)
    {
        using var request = new HttpRequestMessage(method, new Uri(Endpoint.Address, path)) { Content = content };
        request.Headers.Authorization = Endpoint.Authorization;
        if (Endpoint.KeyHeader is { } key)
            request.Headers.TryAddWithoutValidation(key.Key, key.Value);
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        foreach (var (name, value) in headers ?? [])
            request.Headers.TryAddWithoutValidation(name, value);
        if (_limit is not null)
            await _limit.WaitAsync(cancellationToken).ConfigureAwait(false);
        var watch = new Watch(Endpoint, time, TimeSpan.FromSeconds(reads / SlowDisk), cancellationToken);
        var streamed = Streamed(content);
        if (streamed is null)
            watch.Sent();
        if (streamed is not null)
        {
            streamed.Watch = watch;
            request.Headers.ExpectContinue = streamed.AsksFirst ? true : null;
        }

        HttpResponseMessage? response = null;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, watch.Token).ConfigureAwait(false);
            _limit?.Note(response, RetryAfter(response));
            var answer = new RemoteAnswer(response,
                await response.Content.ReadAsStreamAsync(watch.Token).ConfigureAwait(false), watch, Endpoint);
            watch.Pause();
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.NoContent or HttpStatusCode.Created
                ? answer
                : throw await RefusalAsync(answer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var failure = streamed?.SourceFailure ?? watch.Explain(e);
            response?.Dispose();
            watch.Dispose();
            if (streamed?.SourceFailure is { } source && !cancellationToken.IsCancellationRequested)
                ExceptionDispatchInfo.Throw(source);
            cancellationToken.ThrowIfCancellationRequested();
            if (failure is RemoteException)
                throw failure;
            throw;
        }
    }

    /// <summary>Repeats what failed and may work later. Only for requests that may be sent twice.</summary>
    /// <remarks>
    /// The one way in which a request is repeated, and no library's: it takes these lines, hears Retry-After, and asks of nobody who uses
    /// the package a dependency more. What lasts longer than a moment is the caller's, who has other work meanwhile; a node's queue then
    /// waits.
    /// </remarks>
    public async Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (RemoteException e) when (tries < Endpoint.Tries && IsWorthAnotherTry(e))
            {
                var wait = WaitBefore(tries);
                await Task.Delay(e.RetryAfter > wait ? e.RetryAfter.Value : wait, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether it may be gone in a moment.</summary>
    public static bool IsWorthAnotherTry(RemoteException e) =>
        e is { Failure: RemoteFailure.Unavailable, WasWaitedFor: false } && !(e.RetryAfter > LongestWait);

    /// <summary>How long is waited after so many tries in vain, 1 or more.</summary>
    public TimeSpan WaitBefore(int tries)
    {
        var wait = Endpoint.FirstWait * Math.Pow(2, tries - 1);
        return wait < LongestWait ? wait : LongestWait;
    }

    public RemoteException Malformed(string detail, Exception? inner = null) =>
        new(Endpoint.Name, RemoteFailure.Malformed, Clean(Endpoint, detail), inner);

    /// <summary>One line that holds no token, should the remote repeat what it was sent.</summary>
    public static string Clean(RemoteEndpoint endpoint, string text)
    {
        foreach (string secret in new[] { endpoint.Authorization?.Parameter,
            endpoint.KeyHeader?.Value }.OfType<string>().Where(s => s.Length > 0))
        {
            text = text.Replace(secret, "(token)", StringComparison.Ordinal);
        }

        var line = new StringBuilder(Math.Min(text.Length, MaxErrorText));
        foreach (char c in text.AsSpan().Trim()[..Math.Min(text.AsSpan().Trim().Length, MaxErrorText)])
            line.Append(char.IsControl(c) ? ' ' : c);
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
            length = await answer.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException)
        {
            // The status says enough.
        }

        // Cleaned before it is cut, so that no half of a token stays.
        string body = Encoding.UTF8.GetString(head, 0, length);
        if (read?.Invoke(response, body) is { } known)
            return known;
        int status = (int)response.StatusCode;
        string? plain = body.Length > 0 && response.Content.Headers.ContentType?.MediaType != "text/html" ? Clean(Endpoint, body) : null;
        string said = plain is null ? "." : $": {plain}";
        var (reason, words) = RemoteJson.Error(body);
        var (failure, detail) = status switch
        {
            401 or 403 => (RemoteFailure.Denied, $"refuses the token, or wants one ({status}){said}"),
            404 or 405 or 410 => (RemoteFailure.NotFound, $"does not have it ({status}){said}"),
            >= 300 and < 400 =>
                (RemoteFailure.Rejected, $"redirects ({status}), which is not followed; configure the address it really has."),
            429 => (RemoteFailure.Unavailable, $"asks to be left alone for a while (429){said}"),
            408 or >= 500 => (RemoteFailure.Unavailable, $"is in trouble ({status}){said}"),
            _ => (RemoteFailure.Rejected, $"answered {status}{said}"),
        };
        return new(Endpoint.Name, failure, detail)
        {
            Status = response.StatusCode,
            RetryAfter = RetryAfter(response),
            Reason = reason,
            Said = words is null ? plain : Clean(Endpoint, words),
        };
    }

    public TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };
}
