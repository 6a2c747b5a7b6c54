using System.Text.Json;

namespace Wanda.Ops.Live;

/// <summary>What a part of the WANDA app says of itself.</summary>
/// <param name="Data">In its words.</param>
/// <param name="IsActive">Whether it says that it is at work: of a session, that it runs.</param>
internal sealed record AppState(JsonElement Data, bool IsActive);

/// <summary>Asks a part of the WANDA app how it is, at most once at a time however many want to know.</summary>
internal sealed class AppStatus : IDisposable
{
    private const int MaxBytes = 64 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly HttpClient _client;
    private readonly string _path;
    private readonly TimeProvider _time;
    private Task<AppState?>? _asked;
    private long _at;

    public AppStatus(Uri app, string part, TimeProvider time)
    {
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = app,
            Timeout = Patience,
            MaxResponseContentBufferSize = MaxBytes,
        };
        (_path, _time) = ($"/api/{part}/status", time);
    }

    /// <summary>Null when it does not say.</summary>
    public Task<AppState?> ReadAsync()
    {
        lock (_lock)
        {
            if (_asked is null || (_asked.IsCompleted && _time.GetElapsedTime(_at) > Fresh))
                (_asked, _at) = (AskAsync(), _time.GetTimestamp());
            return _asked;
        }
    }

    /// <summary>What it said is old.</summary>
    public void Changed()
    {
        lock (_lock)
            _asked = null;
    }

    public void Dispose() => _client.Dispose();

    private async Task<AppState?> AskAsync()
    {
        try
        {
            using var answer = JsonDocument.Parse(await _client.GetByteArrayAsync(_path));
            return answer.RootElement is { ValueKind: JsonValueKind.Object } envelope
                && envelope.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
                    ? new(data.Clone(), data.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True)
                    : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
        {
            return null;
        }
    }
}
