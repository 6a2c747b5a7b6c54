using System.Data.Common;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Wanda.Ops.App;

/// <summary>
/// Adds to an answer of the app what this node knows. Whatever goes wrong with that, and when it takes too long, the answer goes out as the
/// app gave it.
/// </summary>
/// <param name="add">Adds to the answer's <c>data</c>.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told why nothing was added.</param>
internal sealed partial class Enrichment(
    Func<JsonObject, CancellationToken, Task> add, TimeProvider time, ILogger log)
{
    // A list of 20,000 names has less than 1 MB.
    private const int MostBytes = 8 << 20;

    /// <summary>So long nobody waits for us who would not wait for the app.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 32 };

    /// <summary>Puts the enriched answer in the place of a good one.</summary>
    public async Task ApplyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer is not
            {
                IsSuccessStatusCode: true,
                Content.Headers:
                {
                    ContentType.MediaType: MediaTypeNames.Application.Json, ContentLength: <= MostBytes, ContentEncoding.Count: 0,
                },
            })
        {
            return;
        }

        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        var content = new ByteArrayContent(await EnrichedAsync(bytes, cancellationToken) ?? bytes);
        foreach (var (name, values) in answer.Content.Headers.Where(h => h.Key != "Content-Length"))
            content.Headers.TryAddWithoutValidation(name, values);
        answer.Content = content;
    }

    private async Task<byte[]?> EnrichedAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            if (JsonNode.Parse(bytes, documentOptions: Depth) is not JsonObject { } root || root["data"] is not JsonObject data)
                return null;
            // Apart from this thread: a database may keep it for as long as its disk takes.
            var late = Task.Delay(Patience, time, stop.Token);
            var adding = Task.Run(() => add(data, stop.Token), stop.Token);
            if (await Task.WhenAny(late, adding) == late)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new TimeoutException("Nothing was added in time.");
            }

            await adding;
            return JsonSerializer.SerializeToUtf8Bytes(root, Envelope.Json);
        }
        catch (Exception e) when (e is JsonException or TimeoutException or OpsException or IOException or ArgumentException
            or InvalidOperationException or DbException)
        {
            AsItWas(e.Message);
            return null;
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "An answer of the app goes out as it was: {Reason}")]
    private partial void AsItWas(string reason);
}
