using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Polly;
using Wanda.Catalog;
using Wanda.Ipfs;

namespace Wanda.Destinations.Wanda;

/// <summary>What a WANDA pinning server can be asked.</summary>
internal sealed class WandaClient(WandaCalls calls, ResiliencePipeline quickRetry)
{
    private const string RecordType = IpnsRecord.MediaType;

    // What is smaller goes in one request: a second round trip would cost more than a cut does.
    private const long ResumableFrom = 1024 * 1024;

    /// <summary>The server's address.</summary>
    public Uri Address => calls.Address;

    /// <inheritdoc cref="WandaCalls.Warning"/>
    public string? Warning => calls.Warning;

    /// <summary>
    /// Sends an item as one CAR, in parts that a cut line goes on from when it is worth it. Returns the pin's id. A failure is not retried here:
    /// the message is.
    /// </summary>
    public async Task<string> UploadAsync(OffloadItem item, IReadOnlyList<BlockInfo> blocks, IBlockSource source, CancellationToken cancel)
    {
        var pin = blocks.Sum(b => (long)b.Length) < ResumableFrom
            ? null
            : await new ResumableUpload(calls).SendAsync(item, [.. Labels(item), ("cid", item.Cid.ToString())], blocks, source, cancel);
        if (pin is not null)
            return pin;
        var receipt = await AtOnceAsync(item, blocks, source, cancel);
        // The server's word is checked against our own hash, never taken for it.
        return receipt.Cid == item.Cid.ToString()
            ? receipt.PinId
            : throw new NotHeldException($"it took {item.Labels.Name} and calls it {receipt.Cid}; its CID is {item.Cid}.");
    }

    private Task<UploadReceipt> AtOnceAsync(OffloadItem item, IReadOnlyList<BlockInfo> blocks, IBlockSource source, CancellationToken cancel) =>
        calls.SendAsync(progress =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"v0/car{Query(item)}") { Content = new CarContent(item.Cid, blocks, source, progress) };
            // A refusal (token, quota) comes before a frame goes over the line, not after.
            request.Headers.ExpectContinue = true;
            return request;
        }, calls.ReadAsync<UploadReceipt>, item, cancel);

    /// <summary>Asks the server to hash our nonce and its bytes; null for the blocks lets it walk the item itself, in the order of <see cref="Dag"/>.</summary>
    /// <exception cref="NotHeldException">It misses a block.</exception>
    public Task<PossessionAnswer> ChallengeAsync(OffloadItem item, byte[] nonce, IReadOnlyList<Cid>? blocks, CancellationToken cancel) =>
        quickRetry.ExecuteAsync(async token => await calls.SendAsync(
            _ => new HttpRequestMessage(HttpMethod.Post, "v0/possession")
            {
                Content = JsonContent.Create(new
                {
                    cid = item.Cid.ToString(),
                    nonce = Convert.ToBase64String(nonce),
                    blocks = blocks?.Select(b => b.ToString()),
                }),
            },
            calls.ReadAsync<PossessionAnswer>, item, token), cancel).AsTask();

    /// <summary>Reads a block from the server's gateway into <paramref name="buffer"/>; null when it has none. What comes is not verified here.</summary>
    public Task<int?> BlockAsync(Cid cid, Memory<byte> buffer, CancellationToken cancel) => quickRetry.ExecuteAsync(async token => await calls.SendAsync(
        _ => new HttpRequestMessage(HttpMethod.Get, $"ipfs/{cid}?format=raw"),
        async (answer, reading) =>
        {
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return (int?)null;
            await using var body = await answer.Content.ReadAsStreamAsync(reading);
            return await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, reading);
        }, null, token, HttpStatusCode.NotFound), cancel).AsTask();

    /// <summary>Lets a pin go. One that is gone already is no error.</summary>
    public Task UnpinAsync(string pinId, CancellationToken cancel) => quickRetry.ExecuteAsync(async token => await calls.SendAsync(
        _ => new HttpRequestMessage(HttpMethod.Delete, $"v0/pins/{Uri.EscapeDataString(pinId)}"), (_, _) => Task.FromResult(true), null, token,
        HttpStatusCode.NotFound), cancel).AsTask();

    /// <summary>The record the server has for a name, or null.</summary>
    public Task<byte[]?> FindRecordAsync(string ipnsName, CancellationToken cancel) => quickRetry.ExecuteAsync(async token => await calls.SendAsync(
        _ =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"routing/v1/ipns/{ipnsName}");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(RecordType));
            return request;
        },
        async (answer, reading) => answer.StatusCode == HttpStatusCode.NotFound ? null : await calls.BoundedAsync(answer, reading), null, token,
        HttpStatusCode.NotFound), cancel).AsTask();

    /// <summary>Gives the server a signed record.</summary>
    public Task PutRecordAsync(string ipnsName, byte[] record, CancellationToken cancel) => quickRetry.ExecuteAsync(async token => await calls.SendAsync(
        _ => new HttpRequestMessage(HttpMethod.Put, $"routing/v1/ipns/{ipnsName}")
        {
            Content = new ByteArrayContent(record) { Headers = { ContentType = new MediaTypeHeaderValue(RecordType) } },
        },
        (_, _) => Task.FromResult(true), null, token), cancel).AsTask();

    /// <summary>Asks the server to keep room for a session. Null when it does, or knows no such thing; else why not, in its words.</summary>
    public Task<string?> KeepRoomAsync(string session, long bytes, CancellationToken cancel) => calls.SendAsync(
        _ => new HttpRequestMessage(HttpMethod.Put, $"v0/sessions/{Uri.EscapeDataString(session)}") { Content = JsonContent.Create(new { bytes }) },
        async (answer, reading) => answer.StatusCode is HttpStatusCode.InsufficientStorage or HttpStatusCode.TooManyRequests
            ? (await WandaRefusal.WordsAsync(answer, reading)).Words
            : null,
        null, cancel, HttpStatusCode.InsufficientStorage, HttpStatusCode.TooManyRequests, HttpStatusCode.NotFound);

    /// <summary>What this node has there, and what would fit besides; null when the server does not say.</summary>
    public Task<NodeUse?> UseAsync(CancellationToken cancel) => calls.SendAsync(
        _ => new HttpRequestMessage(HttpMethod.Get, "v0/node"),
        async (answer, reading) => answer.StatusCode == HttpStatusCode.NotFound ? null : await calls.ReadAsync<NodeUse>(answer, reading),
        null, cancel, HttpStatusCode.NotFound);

    private static string Query(OffloadItem item) => "?" + string.Join('&', Labels(item).Select(v => $"{v.Key}={Uri.EscapeDataString(v.Value)}"));

    /// <summary>What the server keeps with the pin, so that a lost catalogue can be rebuilt from it (law 5).</summary>
    private static IReadOnlyList<(string Key, string Value)> Labels(OffloadItem item)
    {
        var values = new List<(string Key, string? Value)>
        {
            ("scope", item.Kind == SubjectKind.Session ? "directory" : "dag"),
            ("capture", item.Labels.CaptureId),
            ("session", item.Labels.Session),
            ("number", item.Labels.Number?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("name", item.Labels.Name),
        };
        return [.. values.Where(v => v.Value is not null).Select(v => (v.Key, v.Value!))];
    }
}

/// <summary>What the server says it took.</summary>
internal sealed record UploadReceipt(string Cid, string PinId);

/// <summary>What a node has on the server.</summary>
/// <param name="LeftBytes">What would fit besides.</param>
/// <param name="ReservedBytes">What is on its way there, or kept free for its sessions.</param>
internal sealed record NodeUse(long LeftBytes, long ReservedBytes);

/// <summary>The server's answer to a challenge.</summary>
internal sealed record PossessionAnswer(byte[] Digest, bool Pinned, long Bytes = 0);
