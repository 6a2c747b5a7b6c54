using System.Net;
using System.Text.Json;
using Wanda.Hosting;

namespace Wanda.Destinations.Wanda;

/// <summary>What a pinning server's error answers mean: one place decides what is an outage, what needs the operator and what is poison (law 4).</summary>
internal static class WandaRefusal
{
    private const int MaxWords = 300;

    public static async Task<Exception> OfAsync(
        string name, HttpResponseMessage answer, OffloadItem? item, TimeProvider time, CancellationToken cancel)
    {
        var (reason, words) = await WordsAsync(answer, cancel);
        var status = (int)answer.StatusCode;
        var what = item is null ? "a request" : $"{item.Labels.Session}/{item.Labels.Name}";
        return answer.StatusCode switch
        {
            HttpStatusCode.NotFound when answer.RequestMessage?.RequestUri?.AbsolutePath.EndsWith("/possession", StringComparison.Ordinal) == true =>
                new NotHeldException(words),
            // What arrived is not what was read and verified here: the line did that, and the next try may be luckier.
            HttpStatusCode.BadRequest when reason is "BAD_CAR" or "BAD_DAG" or "DAG_INCOMPLETE" =>
                new NotHeldException($"what reached it is damaged ({reason}): {words}"),
            // Said by the server itself, this is about the frame: it will never fit.
            HttpStatusCode.RequestEntityTooLarge when reason == "PAYLOAD_TOO_LARGE" => new PoisonException($"{name} will not take {what} ({status}): {words}"),
            _ => Refusal.Of(name, status, words, RetryAfter(answer, time), what, "a WANDA pinning server"),
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider time) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    /// <summary>The server's own words, from <c>{"error":{"reason","details"}}</c> or plain text; bounded, on one line.</summary>
    public static async Task<(string? Reason, string Words)> WordsAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[4096];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        var text = System.Text.Encoding.UTF8.GetString(buffer, 0, length);
        string? reason = null;
        try
        {
            using var json = JsonDocument.Parse(text);
            var error = json.RootElement.GetProperty("error");
            reason = error.GetProperty("reason").GetString();
            text = error.GetProperty("details").GetString() ?? text;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Plain text, from a proxy perhaps.
        }

        text = text.ReplaceLineEndings(" ").Trim();
        return (reason, text.Length == 0 ? answer.ReasonPhrase ?? "it does not say why." : text.Length <= MaxWords ? text : text[..MaxWords] + "…");
    }
}
