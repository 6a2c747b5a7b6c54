using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Polly;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.Offload.Wanda;

/// <summary>The calls to a WANDA pinning server, and what its refusals mean. The token goes into one header and nowhere else.</summary>
internal sealed class WandaClient(string name, HttpClient http, ResiliencePipeline quickRetry, TimeSpan timeout, TimeProvider time)
{
    private const int MaxAnswerBytes = 64 * 1024;
    private const string RecordType = IpnsRecord.MediaType;

    /// <summary>The server's address.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>Sends an item as one CAR. Not retried here: the message is.</summary>
    public Task<UploadReceipt> UploadAsync(OffloadItem item, IReadOnlyList<BlockInfo> blocks, IBlockSource source, CancellationToken cancel) =>
        SendAsync(progress =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"v0/car{Query(item)}") { Content = new CarContent(item.Cid, blocks, source, progress) };
            // A refusal (token, quota) comes before a frame goes over the line, not after.
            request.Headers.ExpectContinue = true;
            return request;
        }, ReadAsync<UploadReceipt>, item, cancel);

    /// <summary>Asks the server to hash our nonce and its bytes.</summary>
    /// <exception cref="NotHeldException">It misses a block.</exception>
    public Task<PossessionAnswer> ChallengeAsync(OffloadItem item, byte[] nonce, IReadOnlyList<Cid> blocks, CancellationToken cancel) =>
        quickRetry.ExecuteAsync(async token => await SendAsync(
            _ => new HttpRequestMessage(HttpMethod.Post, "v0/possession")
            {
                Content = JsonContent.Create(new
                {
                    cid = item.Cid.ToString(),
                    nonce = Convert.ToBase64String(nonce),
                    blocks = blocks.Select(b => b.ToString()),
                }),
            },
            ReadAsync<PossessionAnswer>, item, token), cancel).AsTask();

    /// <summary>Lets a pin go. One that is gone already is no error.</summary>
    public Task UnpinAsync(string pinId, CancellationToken cancel) => quickRetry.ExecuteAsync(async token => await SendAsync(
        _ => new HttpRequestMessage(HttpMethod.Delete, $"v0/pins/{Uri.EscapeDataString(pinId)}"), (_, _) => Task.FromResult(true), null, token,
        missingIsAnAnswer: true), cancel).AsTask();

    /// <summary>The record the server has for a name, or null.</summary>
    public Task<byte[]?> FindRecordAsync(string ipnsName, CancellationToken cancel) => quickRetry.ExecuteAsync(async token => await SendAsync(
        _ =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"routing/v1/ipns/{ipnsName}");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(RecordType));
            return request;
        },
        async (answer, reading) => answer.StatusCode == HttpStatusCode.NotFound ? null : await BoundedAsync(answer, reading), null, token,
        missingIsAnAnswer: true), cancel).AsTask();

    /// <summary>Gives the server a signed record.</summary>
    public Task PutRecordAsync(string ipnsName, byte[] record, CancellationToken cancel) => quickRetry.ExecuteAsync(async token => await SendAsync(
        _ => new HttpRequestMessage(HttpMethod.Put, $"routing/v1/ipns/{ipnsName}")
        {
            Content = new ByteArrayContent(record) { Headers = { ContentType = new MediaTypeHeaderValue(RecordType) } },
        },
        (_, _) => Task.FromResult(true), null, token), cancel).AsTask();

    private async Task<T> SendAsync<T>(
        Func<Action, HttpRequestMessage> make, Func<HttpResponseMessage, CancellationToken, Task<T>> read, OffloadItem? item, CancellationToken cancel,
        bool missingIsAnAnswer = false)
    {
        // The clock starts anew with every block that goes out: a slow line is not a dead one.
        using var stalled = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stalled.Token);
        try
        {
            using var request = make(() => stalled.CancelAfter(timeout));
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!answer.IsSuccessStatusCode && !(missingIsAnAnswer && answer.StatusCode == HttpStatusCode.NotFound))
                throw await WandaRefusal.OfAsync(name, answer, item, time, either.Token);
            return await read(answer, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new DestinationDownException($"{name} did not answer within {timeout.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            if (item is not null && e.Find<BlockNotFoundException>() is { } ours)
                throw OwnBlocks.Damaged(item, ours);
            throw new DestinationDownException($"{name} cannot be reached: {e.GetBaseException().Message}.", inner: e);
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancel)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(await BoundedAsync(answer, cancel), JsonSerializerOptions.Web)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw Foreign(e.Message, e);
        }
    }

    private DestinationDownException Foreign(string what, Exception? inner = null) => new(
        $"{name} answered something else than a WANDA pinning server does ({what}). Check its address.", needsOperator: true, inner: inner);

    private async Task<byte[]> BoundedAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[MaxAnswerBytes];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return length < buffer.Length ? buffer[..length] : throw Foreign($"its answer is longer than {MaxAnswerBytes} bytes");
    }

    private static string Query(OffloadItem item)
    {
        var values = new List<(string Key, string? Value)>
        {
            ("scope", item.Kind == SubjectKind.Session ? "directory" : "dag"),
            ("capture", item.Labels.CaptureId),
            ("session", item.Labels.Session),
            ("number", item.Labels.Number?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("name", item.Labels.Name),
        };
        return "?" + string.Join('&', values.Where(v => v.Value is not null).Select(v => $"{v.Key}={Uri.EscapeDataString(v.Value!)}"));
    }
}

/// <summary>What the server says it took.</summary>
internal sealed record UploadReceipt(string Cid, string PinId);

/// <summary>The server's answer to a challenge.</summary>
internal sealed record PossessionAnswer(byte[] Digest, bool Pinned);
