using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wanda.Notify;

/// <summary>How an HTTP request ended.</summary>
/// <param name="Good">Whether it was taken.</param>
/// <param name="What">The answer, or what happened instead.</param>
/// <param name="IsTransient">Whether another try may help.</param>
/// <param name="RetryAfter">When the other side says it may be tried again.</param>
/// <param name="Cause">What was behind it.</param>
internal readonly record struct PostResult(
    bool Good, string What, bool IsTransient = false, TimeSpan? RetryAfter = null, Exception? Cause = null);

/// <summary>
/// Posts JSON to one address. A redirect is an answer, not an order: what is sent goes where the operator said or nowhere.
/// </summary>
internal sealed class JsonPost(TimeProvider time) : IDisposable
{
    /// <summary>How JSON is written: as UTF-8, since ntfy takes 8192 bytes and an escape is six.</summary>
    public static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int MaxAnswerBytes = 4096;
    private static readonly ProductInfoHeaderValue Agent = new("Wanda.Notify", typeof(JsonPost).Assembly.GetName().Version!.ToString(3));
    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxResponseHeadersLength = 16, // KiB
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // A name may come to mean another machine.
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // The channel bounds each try.
    };

    /// <summary>Whether what is sent there is read by nobody on the way.</summary>
    public static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || address.IsLoopback;

    /// <summary>Whether it is an address that can be posted to.</summary>
    public static bool IsWeb(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address.UserInfo.Length + address.Fragment.Length == 0;

    public async Task<PostResult> SendAsync(
        Uri address, byte[] body, Action<HttpRequestHeaders> head, string?[] secrets, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = Json;
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.UserAgent.Add(new(Agent.Product!));
        head(request.Headers);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            string said = Words.Answer(await BeginningAsync(answer, cancellationToken).ConfigureAwait(false), secrets);
            return ResultOf(answer, said);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            // Only the innermost says it: "see inner exception" helps nobody. A certificate is mended by a person.
            return new(false, Words.Answer(e.GetBaseException().Message, secrets),
                (e as HttpRequestException)?.HttpRequestError != HttpRequestError.SecureConnectionError, Cause: e);
        }
    }

    public void Dispose() => _http.Dispose();

    private PostResult ResultOf(HttpResponseMessage answer, string said)
    {
        string status = $"{(int)answer.StatusCode} {answer.ReasonPhrase}".TrimEnd();
        if (answer.IsSuccessStatusCode)
            return new(true, status);
        if (answer.Headers.Location is { } to && (int)answer.StatusCode is >= 300 and < 400)
        {
            string where = to.IsAbsoluteUri ? $"{to.Scheme}://{to.Authority}" : "another path";
            return new(false, $"it redirects to {where}, and redirects are not followed: write that address. It answered {status}");
        }

        bool isTransient = (int)answer.StatusCode >= 500
            || answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425;
        return new(false, $"it answered {status}{(said.Length > 0 ? ": " : "")}{said}", isTransient, RetryAfter(answer));
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var after = answer.Headers.RetryAfter;
        return (after?.Delta ?? after?.Date - time.GetUtcNow()) is { } wait ? wait > TimeSpan.Zero ? wait : TimeSpan.Zero : null;
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
            return ""; // It is taken; whatever else it says is of no use.
        var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            byte[] bytes = new byte[MaxAnswerBytes];
            int length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return Encoding.UTF8.GetString(bytes, 0, length);
        }
    }
}
