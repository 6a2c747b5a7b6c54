using System.Net;
using System.Text.Json;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Wanda;

/// <summary>How a pinning server is asked: its answers bounded, its silence noticed, its refusals understood. The token goes into one header and nowhere else.</summary>
internal sealed class WandaCalls(DestinationOptions options, HttpClient http, UploadLine line, TimeProvider time)
{
    private const int MaxAnswerBytes = 64 * 1024;
    private const int MaxWarningText = 200;
    private volatile string? _warning;

    private string Name => options.Name;

    /// <summary>The server's address.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>What the server's last answer warned of, in its words; null when it did not.</summary>
    public string? Warning => _warning;

    /// <summary>Sends a request and reads its answer; what is no answer is what it means for the destination.</summary>
    /// <param name="make">Makes the request; it is given what to tell of each piece that goes out.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="item">What it is about, for messages.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="answers">Statuses besides success that are answers, as "not there" may be one.</param>
    public async Task<T> SendAsync<T>(
        Func<Func<int, CancellationToken, ValueTask>, HttpRequestMessage> make, Func<HttpResponseMessage, CancellationToken, Task<T>> read, OffloadItem? item, CancellationToken cancel,
        params HttpStatusCode[] answers)
    {
        // The clock starts anew with every piece that goes out or comes in: a slow line is not a dead one.
        using var stalled = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stalled.Token);
        try
        {
            using var request = make(async (bytes, stop) =>
            {
                // Our own waiting for a turn is not the server's silence.
                stalled.CancelAfter(Timeout.InfiniteTimeSpan);
                await line.SendingAsync(bytes, stop);
                stalled.CancelAfter(options.Timeout);
            });
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!answer.IsSuccessStatusCode && !answers.Contains(answer.StatusCode))
                throw await WandaRefusal.OfAsync(Name, answer, item, time, either.Token);
            _warning = WarningOf(answer);
            answer.Content = new StreamContent(new PacedStream(
                await answer.Content.ReadAsStreamAsync(either.Token), options, time, () => stalled.CancelAfter(options.Timeout)));
            return await read(answer, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new DestinationDownException($"{Name} did not answer within {options.Timeout.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            if (item is not null && e.Find<BlockNotFoundException>() is { } ours)
                throw OwnBlocks.Damaged(item, ours);
            throw new DestinationDownException($"{Name} cannot be reached: {e.GetBaseException().Message}.", inner: e);
        }
    }

    /// <summary>A JSON answer.</summary>
    public async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancel)
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

    /// <summary>Each warning is a reason for machines, a space, and words.</summary>
    private static string? WarningOf(HttpResponseMessage answer) => answer.Headers.TryGetValues("Wanda-Warning", out var warnings)
        ? string.Join("; ", warnings.Take(3).Select(w => w[(w.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Select(w => w.Length <= MaxWarningText ? w : w[..MaxWarningText] + "…"))
        : null;

    /// <summary>It is something else that answers there.</summary>
    public DestinationDownException Foreign(string what, Exception? inner = null) => new(
        $"{Name} answered something else than a WANDA pinning server does ({what}). Check its address.", needsOperator: true, inner: inner);

    /// <summary>An answer's bytes.</summary>
    public async Task<byte[]> BoundedAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[MaxAnswerBytes];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return length < buffer.Length ? buffer[..length] : throw Foreign($"its answer is longer than {MaxAnswerBytes} bytes");
    }
}
