using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>
/// Asks a pinning service to keep DAGs. The service fetches them itself, from the origins it is told; that it says "pinned" is no proof
/// that it holds them.
/// </summary>
/// <remarks>
/// Source: IPFS Pinning Service API 1.0.0. A service makes a new pin of each request, so nothing is asked for before it is known not to
/// be there; requests that may be repeated are, while the service is unavailable. May be used from several threads, though two of them
/// that add the same pin at once may make two.
/// </remarks>
/// <param name="endpoint">The address that <c>pins</c> is appended to, with the bearer token.</param>
/// <param name="time">The clock of waits.</param>
public sealed class PinningServiceClient(RemoteEndpoint endpoint, TimeProvider time) : IDisposable
{
    // Large enough that a night's pins are a few pages, small enough that a page is.
    private const int SmallestPage = 10;
    private const int PageSize = 100;
    private const int MaxPageBytes = 8 * 1024 * 1024;
    private static readonly PinRequestState[] Alive = [PinRequestState.Queued, PinRequestState.Pinning, PinRequestState.Pinned];

    private readonly RemoteHttp _http = new(endpoint, time, (response, body) => Read(endpoint, response, body));

    /// <summary>Asks for a pin, unless one of this CID and name is there that has not failed; then that one is the answer.</summary>
    /// <exception cref="ArgumentException">The pin is outside of the bounds of <see cref="PinRequest"/>.</exception>
    /// <exception cref="RemoteException">
    /// The service does not take it; whether the last try arrived is found out by the next call.
    /// </exception>
    public Task<PinRequestStatus> AddAsync(PinRequest pin, CancellationToken cancellationToken = default)
    {
        pin.Check();
        // Looked for again before each try: the one before may have arrived and only its answer been lost.
        return _http.RetryAsync(
            async () => await LookAsync(pin, cancellationToken).ConfigureAwait(false)
                ?? await SendAsync("pins", pin, cancellationToken).ConfigureAwait(false), cancellationToken);
    }

    /// <summary>How far a pin is.</summary>
    /// <returns>Null when the service has no such pin.</returns>
    /// <exception cref="RemoteException">The service does not tell.</exception>
    public async Task<PinRequestStatus?> FindAsync(string requestId, CancellationToken cancellationToken = default)
    {
        try
        {
            var status = await _http.RetryAsync(
                () => JsonAsync(HttpMethod.Get, Path(requestId), null, PinningServiceJson.Status, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            return status.RequestId == requestId
                ? status
                : throw _http.Malformed($"was asked for pin {requestId} and answered with {status.RequestId}.");
        }
        catch (RemoteException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The pins, newest first, as many pages as there are.</summary>
    /// <param name="filter">Which; null for all, in every state.</param>
    /// <param name="cancellationToken">Stops listing.</param>
    /// <exception cref="RemoteException">The service does not tell.</exception>
    public async IAsyncEnumerable<PinRequestStatus> ListAsync(
        PinRequestFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        filter ??= new();
        var seen = new HashSet<string>();
        DateTimeOffset? before = null;
        while (true)
        {
            string query = filter.Query(PageSize, before);
            var (count, results) = await _http.RetryAsync(
                () => JsonAsync(HttpMethod.Get, query, null, PinningServiceJson.Page, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            int known = seen.Count;
            foreach (var status in results.Where(r => seen.Add(r.RequestId)))
                yield return status;
            // "count" is how many match, but some services write how many are on the page; one of ten, the usual length, may not be all.
            if (count <= results.Count && (results.Count < SmallestPage || seen.Count == known))
                yield break;
            if (seen.Count == known)
            {
                throw _http.Malformed(
                    $"says that there are {count} pins more and lists none of them; its pages cannot be told apart by time.");
            }

            // The bound excludes its own instant, and services round: the overlap brings those of the same moment, which are known by their
            // ids.
            before = results.Min(r => r.Created).AddMilliseconds(1);
        }
    }

    /// <summary>Asks for a pin in place of another; what both share is kept all along.</summary>
    /// <returns>The new pin, with an id of its own.</returns>
    /// <exception cref="RemoteException">
    /// The service refuses, or did not answer: then <see cref="ListAsync"/> tells whether it was done. Not repeated.
    /// </exception>
    public Task<PinRequestStatus> ReplaceAsync(string requestId, PinRequest pin, CancellationToken cancellationToken = default)
    {
        pin.Check();
        return SendAsync(Path(requestId), pin, cancellationToken);
    }

    /// <summary>Removes a pin.</summary>
    /// <returns>False when the service has no such pin, so that it may be asked again.</returns>
    /// <exception cref="RemoteException">The service does not do it.</exception>
    public async Task<bool> DeleteAsync(string requestId, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _http.RetryAsync(async () =>
            {
                using var answer = await _http.SendAsync(HttpMethod.Delete, Path(requestId), null, null,
                    cancellationToken).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<PinRequestStatus?> LookAsync(PinRequest pin, CancellationToken cancellationToken)
    {
        await foreach (var there in ListAsync(new PinRequestFilter { Cids = [pin.Cid], Name = pin.Name, States = Alive },
            cancellationToken).ConfigureAwait(false))
        {
            // Compared here too: a service that ignores a filter must not answer for another pin.
            if (there.Pin.Cid.ToV1() == pin.Cid.ToV1() && there.Pin.Name == pin.Name)
                return there;
        }

        return null;
    }

    private async Task<PinRequestStatus> SendAsync(string path, PinRequest pin, CancellationToken cancellationToken)
    {
        var body = new ByteArrayContent(PinningServiceJson.Write(pin))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        var status = await JsonAsync(HttpMethod.Post, path, body, PinningServiceJson.Status, cancellationToken).ConfigureAwait(false);
        return status.Pin.Cid.ToV1() == pin.Cid.ToV1()
            ? status
            : throw _http.Malformed($"was asked to pin {pin.Cid} and answered with {status.Pin.Cid}.");
    }

    private async Task<T> JsonAsync<T>(
        HttpMethod method, string path, HttpContent? body, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using var answer = await _http.SendAsync(method, path, body, "application/json", cancellationToken).ConfigureAwait(false);
        byte[] bytes = await answer.AllAsync(MaxPageBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return RemoteJson.Read(bytes, read);
        }
        catch (JsonException e)
        {
            throw _http.Malformed($"answered with what is no pin: {e.Message}", e);
        }
    }

    private static string Path(string requestId)
    {
        ArgumentException.ThrowIfNullOrEmpty(requestId);
        // An id that is dots would be another address.
        return requestId is "." or ".."
            ? throw new ArgumentException("That is no request id.", nameof(requestId))
            : $"pins/{Uri.EscapeDataString(requestId)}";
    }

    // Busy, broken, denied and absent are told by the status as everywhere; what else is refused carries a reason.
    private static RemoteException? Read(RemoteEndpoint endpoint, HttpResponseMessage response, string body) =>
        (int)response.StatusCode is >= 400 and < 500 and not (401 or 403 or 404 or 405 or 408 or 410 or 429)
            && RemoteJson.Error(body) is ({ } reason, var details)
            ? new(endpoint.Name, RemoteFailure.Rejected,
                RemoteHttp.Clean(endpoint,
                    $"refuses the pin ({(int)response.StatusCode}): {reason}{(details is null ? "" : $": {details}")}"))
            {
                Status = response.StatusCode,
                Reason = reason,
                Said = details is null ? reason : RemoteHttp.Clean(endpoint, $"{reason}: {details}"),
            }
            : null;
}
