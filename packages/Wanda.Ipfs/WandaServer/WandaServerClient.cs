using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>
/// What a WANDA pinning server can be asked. It takes DAGs as CARs, keeps them on its own disk, and proves that it holds them by hashing a
/// nonce with its bytes.
/// </summary>
/// <remarks>
/// Source: <c>pinning-server/README.md</c>. What may be repeated is, while the server is unavailable; a large upload goes on where a cut
/// stopped it, also after a restart. May be used from several threads.
/// </remarks>
/// <param name="endpoint">The server's address, with the node's bearer token.</param>
/// <param name="time">The clock of waits.</param>
public sealed class WandaServerClient(RemoteEndpoint endpoint, TimeProvider time) : IDisposable
{
    // What is smaller goes in one request: a second round trip would cost more than a cut does.
    private const long ResumableFrom = 1024 * 1024;
    private const int MaxAnswerBytes = 64 * 1024;
    private const int MaxWarningText = 200;
    private static readonly TusService Uploads = new("v0/uploads", FindsAgain: true, AsksFirst: true);

    private readonly RemoteHttp _http = new(endpoint, time);
    private volatile string? _warning;

    /// <summary>What the server's last answer warned of, in its words; null when it did not.</summary>
    public string? Warning => _warning;

    /// <summary>Its gateway: it serves from its own store and fetches from nobody.</summary>
    public TrustlessGateway Gateway { get; } = new(endpoint, time);

    /// <summary>Sends a DAG as one CAR. Doing it again does no harm.</summary>
    /// <param name="root">The root.</param>
    /// <param name="blocks">The blocks to send, the root first.</param>
    /// <param name="source">Where they are read from.</param>
    /// <param name="labels">
    /// What the server keeps with the pin: <c>scope</c>, <c>capture</c>, <c>session</c>, <c>number</c>, <c>name</c>.
    /// </param>
    /// <param name="seen">Is shown the blocks as they go out; null for nobody.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>The pin's id.</returns>
    /// <exception cref="CidDisagreementException">The server calls it by another CID.</exception>
    /// <exception cref="RemoteException">The server does not take it.</exception>
    /// <exception cref="BlockNotFoundException">A block cannot be read here.</exception>
    public async Task<string> UploadAsync(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, IReadOnlyList<KeyValuePair<string, string>> labels,
        SeenBlock? seen = null, CancellationToken cancellationToken = default) =>
        (blocks.Sum(b => (long)b.Length) < ResumableFrom
            ? null
            : await ResumablyAsync(root, blocks, source, labels, seen, cancellationToken).ConfigureAwait(false))
        ?? await AtOnceAsync(root, blocks, source, labels, seen, cancellationToken).ConfigureAwait(false);

    /// <summary>Asks the server to hash a nonce and its bytes.</summary>
    /// <param name="root">The root.</param>
    /// <param name="nonce">The nonce.</param>
    /// <param name="blocks">The blocks, in order; null lets it walk the DAG itself, in the order of <see cref="Dag"/>.</param>
    /// <param name="bytes">How many bytes these are, as far as it is known: it is waited for as long as a slow disk reads them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RemoteException">The server does not answer, or misses a block (<see cref="RemoteFailure.NotFound"/>).</exception>
    public Task<PossessionAnswer> ChallengeAsync(
        Cid root, byte[] nonce, IReadOnlyList<Cid>? blocks, long bytes = 0, CancellationToken cancellationToken = default) => JsonAsync(
        HttpMethod.Post, "v0/possession",
        () => Json(new { cid = root.ToString(), nonce = Convert.ToBase64String(nonce), blocks = blocks?.Select(b => b.ToString()) }),
        PossessionAnswer.Read, cancellationToken, bytes);

    /// <summary>Lets a pin go.</summary>
    /// <returns>False when the server has none of this id, so that it may be asked again.</returns>
    /// <exception cref="RemoteException">The server does not do it.</exception>
    public async Task<bool> UnpinAsync(string pinId, CancellationToken cancellationToken = default) => await OrNullAsync(async () =>
    {
        using var answer = await RetryAsync(HttpMethod.Delete, $"v0/pins/{Uri.EscapeDataString(pinId)}", null, null,
            cancellationToken).ConfigureAwait(false);
        return pinId;
    }).ConfigureAwait(false) is not null;

    /// <summary>The record that the server has for an IPNS name; null when it has none.</summary>
    /// <exception cref="RemoteException">The server does not tell.</exception>
    public Task<byte[]?> FindRecordAsync(string ipnsName, CancellationToken cancellationToken = default) => OrNullAsync(async () =>
    {
        using var answer = await RetryAsync(HttpMethod.Get, $"routing/v1/ipns/{ipnsName}", null, IpnsRecord.MediaType,
            cancellationToken).ConfigureAwait(false);
        return await answer.AllAsync(MaxAnswerBytes, cancellationToken).ConfigureAwait(false);
    });

    /// <summary>Gives the server a signed IPNS record.</summary>
    /// <exception cref="RemoteException">The server does not take it.</exception>
    public async Task PutRecordAsync(string ipnsName, byte[] record, CancellationToken cancellationToken = default)
    {
        using var answer = await RetryAsync(HttpMethod.Put, $"routing/v1/ipns/{ipnsName}",
            () => new ByteArrayContent(record) { Headers = { ContentType = new MediaTypeHeaderValue(IpnsRecord.MediaType) } }, null,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the server to keep room for a session.</summary>
    /// <returns>Null when it does, or knows no such thing; else why not, in its words.</returns>
    /// <exception cref="RemoteException">The server does not answer.</exception>
    public Task<string?> KeepRoomAsync(string session, long bytes, CancellationToken cancellationToken = default) =>
        OrNullAsync<string>(async () =>
        {
            try
            {
                using var answer = await SendAsync(HttpMethod.Put, $"v0/sessions/{Uri.EscapeDataString(session)}", Json(new { bytes }),
                    null, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (RemoteException e) when (e.Status is HttpStatusCode.InsufficientStorage or HttpStatusCode.TooManyRequests)
            {
                return e.Said ?? e.Detail;
            }
        });

    /// <summary>What this node has there, and what would fit besides; null when the server does not say.</summary>
    /// <exception cref="RemoteException">The server does not answer.</exception>
    public Task<NodeUse?> UseAsync(CancellationToken cancellationToken = default) =>
        OrNullAsync<NodeUse>(
            async () => await JsonAsync(HttpMethod.Get, "v0/node", () => null, NodeUse.Read, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Redeems an operator's invite: from then on the server knows a node by a token. An invite is good for one token; asking again with
    /// the same one gives the same answer.
    /// </summary>
    /// <param name="invite">The operator's code.</param>
    /// <param name="tokenSha256">SHA-256 of the token, in hexadecimal: the token itself stays here.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RemoteException">The server does not take it, or is not to be reached.</exception>
    public Task<NodeWelcome> JoinAsync(string invite, string tokenSha256, CancellationToken cancellationToken = default) => JsonAsync(
        HttpMethod.Post, "v0/join", () => Json(new { invite, tokenSha256 }), NodeWelcome.Read, cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _http.Dispose();
        Gateway.Dispose();
    }

    /// <summary>Null when the server takes no such uploads.</summary>
    private async Task<string?> ResumablyAsync(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, IReadOnlyList<KeyValuePair<string, string>> labels, SeenBlock? seen,
        CancellationToken cancellationToken)
    {
        var file = TusFile.OfCar(root, blocks, source, [.. labels.Select(l => (l.Key, (string?)l.Value)), ("cid", root.ToString())], seen);
        try
        {
            var (_, last) = await new TusUploads(_http, Uploads, time).SendAsync(file, cancellationToken).ConfigureAwait(false);
            return last!.TryGetValues("Wanda-Pin", out var pins)
                ? pins.First()
                : throw _http.Malformed("finished an upload and made no pin of it.");
        }
        catch (RemoteException e) when (e.Failure == RemoteFailure.NotFound)
        {
            return null;
        }
    }

    private async Task<string> AtOnceAsync(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, IReadOnlyList<KeyValuePair<string, string>> labels, SeenBlock? seen,
        CancellationToken cancellationToken)
    {
        // A refusal (token, quota) comes before a frame goes over the line, not after.
        var car = StreamedContent.OfCar(root, blocks, source, asksFirst: true, seen);
        string query = string.Join('&', labels.Select(l => $"{l.Key}={Uri.EscapeDataString(l.Value)}"));
        using var answer = await SendAsync(HttpMethod.Post, $"v0/car?{query}", car, null, cancellationToken).ConfigureAwait(false);
        var (cid, pin) = await ReadAsync(answer, json => (json.CidOf("cid"), json.Text("pinId")), cancellationToken).ConfigureAwait(false);
        // The server's word is checked against our own hash, never taken for it.
        return cid == root ? pin : throw new CidDisagreementException(endpoint.Name, root, cid);
    }

    private async Task<T> JsonAsync<T>(
        HttpMethod method, string path, Func<HttpContent?> body, Func<JsonElement, T> read, CancellationToken cancellationToken,
        long reads = 0)
    {
        using var answer = await RetryAsync(method, path, body, null, cancellationToken, reads).ConfigureAwait(false);
        return await ReadAsync(answer, read, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> ReadAsync<T>(RemoteAnswer answer, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        byte[] bytes = await answer.AllAsync(MaxAnswerBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return RemoteJson.Read(bytes, read);
        }
        catch (Exception e) when (e is JsonException or CidFormatException)
        {
            throw _http.Malformed($"answered with what cannot be used: {e.Message}", e);
        }
    }

    private Task<RemoteAnswer> RetryAsync(
        HttpMethod method, string path, Func<HttpContent?>? body, string? accept, CancellationToken cancellationToken, long reads = 0) =>
        _http.RetryAsync(() => SendAsync(method, path, body?.Invoke(), accept, cancellationToken, reads), cancellationToken);

    private async Task<RemoteAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? accept, CancellationToken cancellationToken, long reads = 0)
    {
        var answer = await _http.SendAsync(method, path, content, accept, cancellationToken, reads: reads).ConfigureAwait(false);
        _warning = WarningOf(answer.Response);
        return answer;
    }

    private static async Task<T?> OrNullAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (RemoteException e) when (e.Failure == RemoteFailure.NotFound)
        {
            return null;
        }
    }

    private static ByteArrayContent Json(object body) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>Each warning is a reason for machines, a space, and words.</summary>
    private static string? WarningOf(HttpResponseMessage answer) => answer.Headers.TryGetValues("Wanda-Warning", out var warnings)
        ? string.Join("; ", warnings.Take(3).Select(w => w[(w.IndexOf(' ', StringComparison.Ordinal) + 1)..])
            .Select(w => w.Length <= MaxWarningText ? w : w[..MaxWarningText] + "…"))
        : null;
}
