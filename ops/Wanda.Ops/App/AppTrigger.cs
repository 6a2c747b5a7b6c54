using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>What the app's camera is set to first; null: as it is.</summary>
/// <param name="Exposure">How long it exposes.</param>
/// <param name="Iso">Its sensitivity.</param>
public sealed record AppSettings(TimeSpan? Exposure, int? Iso);

/// <summary>A session that the app is to take.</summary>
/// <param name="Name">Its folder; with '/' a folder in a folder.</param>
/// <param name="Images">How many pictures.</param>
/// <param name="Interval">From one picture to the next; null: as fast as it can.</param>
/// <param name="Tracking">Whether the mount follows the sky meanwhile.</param>
public sealed record AppSession(string Name, int Images, TimeSpan? Interval, bool Tracking);

/// <summary>What came of it.</summary>
/// <param name="Answered">Whether the app said so; otherwise it is expected.</param>
/// <param name="Words">What is so, in a sentence or two.</param>
public sealed record AppTriggered(bool Answered, string Words);

/// <summary>
/// Has the WANDA app take a picture or a session, as its page does. What it takes comes in by its folder, like all else. An exposure stops
/// all of the app, and from a minute on it answers with an error without a text although the file comes: neither is taken for a failure.
/// </summary>
public sealed class AppTrigger : IDisposable
{
    private const int MostBytes = 64 << 10, MostWords = 200, MostName = 64;
    private const string ByFolder = "the frame comes by its folder, when its exposure is over";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Its own bound is the exposure and half a minute, and a minute at least.
    private static readonly TimeSpan Beyond = TimeSpan.FromSeconds(45), Least = TimeSpan.FromSeconds(75);

    private readonly WandaOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    /// <summary>Of a node.</summary>
    /// <exception cref="OpsException">It has no app.</exception>
    public AppTrigger(WandaOptions options, TimeProvider time)
    {
        if (options.Ops.App is not { } app)
        {
            throw new OpsException("No app is configured here. Write its address in wanda.json: \"ops\": { \"app\": "
                + "\"http://127.0.0.1:5000\" }.");
        }

        (_options, _time) = (options, time);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        })
        {
            BaseAddress = new Uri(app),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MostBytes,
        };
    }

    /// <summary>Takes a picture, and waits until the app says so.</summary>
    /// <exception cref="OpsException">It takes none.</exception>
    public async Task<AppTriggered> CaptureAsync(AppSettings settings, CancellationToken cancellationToken)
    {
        await SetAsync(settings, cancellationToken);
        var patience = (settings.Exposure ?? TimeSpan.Zero) + Beyond;
        var answer = await AskAsync("/api/camera/capture", new JsonObject(), patience > Least ? patience : Least, cancellationToken);
        if (answer is { IsGood: true })
            return new(true, $"The app took a picture. {Comes("It is taken from its folder like all others")}.");
        return answer is null or { Error: "" }
            ? new(false, $"The app did not answer; {Comes(ByFolder)}.")
            : throw Refused("takes no picture", answer);
    }

    /// <summary>Starts a session.</summary>
    /// <exception cref="OpsException">It starts none, or whether it does is not known.</exception>
    public async Task<AppTriggered> StartSessionAsync(AppSession session, AppSettings settings, CancellationToken cancellationToken)
    {
        var name = session.Name.Trim();
        if (name.Length is 0 or > MostName || name.Any(char.IsControl) || name.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw new OpsException($"'{name}' is no name of a session: the app makes a folder of it below its own. Write 1 to {MostName} "
                + "letters, no path from elsewhere.");
        }

        await SetAsync(settings, cancellationToken);
        var answer = await AskAsync("/api/session/start", new JsonObject
        {
            ["name"] = name,
            ["total_images"] = session.Images,
            ["use_current_settings"] = true,
            ["enable_tracking"] = session.Tracking,
            ["total_time_hours"] = session.Interval is { } interval ? interval.TotalHours * session.Images : null,
        }, Patience, cancellationToken);
        if (answer is { IsGood: true })
            return new(true, $"The app takes {session.Images:N0} pictures of {name}. {Comes("They come by its folder")}.");
        throw answer is null
            ? new OpsException("The app did not answer: whether the session began is not known. Its page says so, and its folder does.")
            : Refused("starts no session", answer);
    }

    /// <summary>Ends the session that runs.</summary>
    /// <exception cref="OpsException">It does not end, or that is not known.</exception>
    public async Task<AppTriggered> StopSessionAsync(CancellationToken cancellationToken) =>
        await AskAsync("/api/session/stop", new JsonObject(), Patience, cancellationToken) switch
        {
            { IsGood: true } => new(true, "The app's session is stopped."),
            null => throw new OpsException("The app did not answer: whether the session ends is not known. Try again in a minute."),
            { } answer => throw Refused("stops no session", answer),
        };

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task SetAsync(AppSettings settings, CancellationToken cancellationToken)
    {
        if (settings is { Exposure: null, Iso: null })
            return;
        var body = new JsonObject();
        if (settings.Exposure is { } exposure)
            body["exposure_seconds"] = exposure.TotalSeconds;
        if (settings.Iso is { } iso)
            body["iso"] = iso;
        var answer = await AskAsync("/api/camera/settings", body, Patience, cancellationToken);
        if (answer is null)
        {
            throw new OpsException("The app does not answer, and nothing was started: an exposure may be under way, which stops all of it. "
                + "Try again when it is over.");
        }

        if (!answer.IsGood)
            throw Refused("refuses the settings", answer);
    }

    /// <summary>Null: it was asked, and did not answer in time.</summary>
    private async Task<Answer?> AskAsync(string path, JsonObject body, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await _client.PostAsync(path, content, either.Token);
            return Answer.Of(response.StatusCode, await response.Content.ReadAsByteArrayAsync(either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && enough.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new OpsException($"The WANDA app ({_options.Ops.App}) cannot be reached: {e.Message.TrimEnd('.')}. Look whether it runs "
                + "('systemctl status wanda-backend'), and at ops.app in wanda.json.", e);
        }
    }

    private string Comes(string how) => _options.Watch.Count > 0
        ? how : "No folder is watched here, so nothing of it is kept: write its folder under \"watch\" in wanda.json";

    private static OpsException Refused(string what, Answer answer) => new(answer.Error.Length > 0
        ? $"The app {what}: {answer.Error.TrimEnd('.')}."
        : $"The app {what}: it answered {(int)answer.Status} and says not why. Its log does: 'journalctl -u wanda-backend'.");

    /// <summary>What the app said: its texts are a stranger's.</summary>
    private sealed record Answer(HttpStatusCode Status, bool IsGood, string Error)
    {
        public static Answer Of(HttpStatusCode status, byte[] body)
        {
            try
            {
                if (JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = 16 }) is JsonObject said)
                    return new(status, said["success"] is JsonValue v && v.TryGetValue(out bool good) && good, Words(said["error"]));
            }
            catch (JsonException)
            {
                // A page of HTML, as for an address that it does not know.
            }

            return new(status, false, $"it answered {(int)status} with what is none of its answers; is it the WANDA app?");
        }

        private static string Words(JsonNode? error)
        {
            var text = error is JsonValue value && value.TryGetValue(out string? written) ? written : "";
            return new string([.. text.Where(c => !char.IsControl(c)).Take(MostWords)]).Trim();
        }
    }
}
