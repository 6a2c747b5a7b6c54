using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Wanda.Ops.Tests.App;

/// <summary>What the app was asked.</summary>
internal sealed record Asked(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>
/// The WANDA app's REST with its habits: every file of its folder is listed, an unknown address is a page of HTML, a missing picture a
/// fault of the server, and an exposure keeps everything from being answered.
/// </summary>
internal sealed class StandInApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private TaskCompletionSource _ready = new();
    private int _shots;

    private StandInApp(WebApplication app)
    {
        _app = app;
        _ready.SetResult();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("wanda-app-").FullName;

    public string Address => _app.Urls.Single();

    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>What a capture answers: well, as after a minute of exposure, or not at all.</summary>
    public bool FailsToCapture { get; set; }

    /// <summary>The session that runs; null for none.</summary>
    public string? Session { get; set; }

    public static async Task<StandInApp> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var standIn = new StandInApp(app);
        app.Run(standIn.AnswerAsync);
        await app.StartAsync();
        return standIn;
    }

    /// <summary>From now on nothing is answered, until <see cref="GoOn"/>.</summary>
    public void Expose() => _ready = new TaskCompletionSource();

    public void GoOn() => _ready.TrySetResult();

    /// <summary>It is down: nobody listens.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Writes a file as the app does, over what was there.</summary>
    public string Write(string name, byte[] bytes, DateTime? at = null)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        if (at is { } time)
            File.SetLastWriteTimeUtc(path, time);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        GoOn();
        await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Requests.Enqueue(new Asked(context.Request.Method, target,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()), await reader.ReadToEndAsync()));
        await _ready.Task.WaitAsync(context.RequestAborted);
        var path = context.Request.Path.Value!;
        switch (context.Request.Method, path)
        {
            case ("GET", "/api/captures"):
                var folder = Path.GetFileName(context.Request.Query["folder"].ToString());
                await GoodAsync(context, new JsonObject { ["files"] = Names(folder) });
                break;
            case ("GET", "/api/captures/folders"):
                await GoodAsync(context, new JsonObject
                {
                    ["folders"] = new JsonArray([.. Directory.GetDirectories(Folder).Order(StringComparer.Ordinal)
                        .Select(d => JsonValue.Create(Path.GetFileName(d)))]),
                });
                break;
            case ("GET", _) when path.StartsWith("/api/captures/", StringComparison.Ordinal):
                await FileAsync(context, Uri.UnescapeDataString(path["/api/captures/".Length..]));
                break;
            case ("POST", "/api/camera/capture"):
                await CaptureAsync(context);
                break;
            case ("GET", "/api/session/status"):
                await GoodAsync(context, new JsonObject
                {
                    ["active"] = Session is not null,
                    ["name"] = Session ?? "",
                    ["captured_images"] = 2,
                });
                break;
            case ("GET", "/socket.io/" or "/video_feed"):
                await context.Response.WriteAsync($"the app's {path}");
                break;
            case ("POST", "/api/session/start" or "/api/session/stop"):
                await GoodAsync(context, new JsonObject
                {
                    ["session_status"] = new JsonObject { ["running"] = true, ["images_captured"] = 0 },
                });
                break;
            case ("GET", "/api/camera/status" or "/api/mount/status" or "/api/session/config"):
            case ("POST", "/api/camera/settings" or "/api/mount/tracking" or "/api/session/config"):
                await GoodAsync(context, new JsonObject { ["of"] = path });
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                context.Response.ContentType = "text/html; charset=utf-8";
                await context.Response.WriteAsync("<!doctype html>\n<title>404 Not Found</title>\n");
                break;
        }
    }

    private JsonArray Names(string folder)
    {
        var at = new DirectoryInfo(Path.Combine(Folder, folder));
        return new JsonArray(at.Exists
            ? [.. at.GetFiles().OrderByDescending(f => f.LastWriteTimeUtc).Select(f => JsonValue.Create(f.Name))]
            : []);
    }

    private async Task FileAsync(HttpContext context, string name)
    {
        var path = Path.Combine(Folder, name);
        if (File.Exists(path))
            await Results.File(path).ExecuteAsync(context);
        else
            await BadAsync(context, "SERVE_ERROR", "404 Not Found: The requested URL was not found on the server.");
    }

    private async Task CaptureAsync(HttpContext context)
    {
        if (FailsToCapture)
        {
            await BadAsync(context, "CAPTURE_ERROR", "");
            return;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"capture_{++_shots:0000}.jpg");
        Write(name, [0xFF, 0xD8, 0xFF, 0xE0, (byte)_shots]);
        await GoodAsync(context, new JsonObject { ["capture_status"] = $"Image saved as {Folder}/{name}", ["recording"] = false });
    }

    private static Task GoodAsync(HttpContext context, JsonNode data) => JsonAsync(context, StatusCodes.Status200OK,
        new JsonObject { ["success"] = true, ["data"] = data, ["message"] = "Operation completed successfully" });

    private static Task BadAsync(HttpContext context, string code, string error) => JsonAsync(context,
        StatusCodes.Status500InternalServerError, new JsonObject { ["success"] = false, ["code"] = code, ["error"] = error });

    // As Flask does: the length is told.
    private static async Task JsonAsync(HttpContext context, int status, JsonNode answer)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(answer.ToJsonString());
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
