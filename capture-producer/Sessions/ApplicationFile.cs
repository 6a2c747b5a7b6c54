using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer;

/// <summary>
/// <c>session_metadata.json</c>, which a capture program writes into a run's folder at its start, and over itself after every image. It is
/// hostile until it is parsed: bounded, of known keys only, each of its type.
/// </summary>
/// <param name="Report">What it says; null where it is no such file.</param>
/// <param name="TellsPath">Whether a path of the machine stands in it, or one might: it cannot be told of what is no such file.</param>
internal sealed record ApplicationFile(ApplicationReport? Report, bool TellsPath)
{
    private const int MaxBytes = 64 << 10;

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 8 };

    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    /// <summary>Whether a file is called so.</summary>
    public static bool IsNamed(RawName name) => name.Bytes.Span.SequenceEqual("session_metadata.json"u8);

    /// <summary>The file in a folder below the watched one; null where its path is longer than any.</summary>
    public static RawName? In(RawName below)
    {
        byte[] path = [.. below.Bytes.Span, .. "/session_metadata.json"u8];
        return path.Length <= RawName.MaxBytes ? new RawName(path) : null;
    }

    /// <summary>Reads one that is open.</summary>
    /// <param name="file">It.</param>
    /// <param name="zone">The node's: times in it have none.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<ApplicationFile> ReadAsync(OpenedFile file, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        await using var stream = file.Read();
        var bytes = new byte[MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxBytes ? new(null, TellsPath: true) : Parse(bytes.AsMemory(0, length), zone);
    }

    /// <summary>A file's reading, marked where the file is held back from what others read (law 12).</summary>
    public FrameReading Mark(FrameReading reading)
    {
        if (!TellsPath)
            return reading;
        var metadata = JsonNode.Parse(reading.Metadata)!.AsObject();
        metadata[PublishedHeaders.TellsPath] = true;
        return reading with { Metadata = metadata.ToJsonString() };
    }

    private static ApplicationFile Parse(ReadOnlyMemory<byte> text, TimeZoneInfo zone)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Json);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                ? new(ReportOf(root, zone), root.EnumerateObject().Any(p => MayTellPath(p.Value)))
                : new(null, TellsPath: true);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // a text that is no Unicode
        {
            return new(null, TellsPath: true);
        }
    }

    private static ApplicationReport ReportOf(JsonElement root, TimeZoneInfo zone) => new ApplicationReport
    {
        Name = Text(root, "name"),
        TotalImages = Count(root, "total_images"),
        ImagesCaptured = Count(root, "images_captured"),
        Status = Text(root, "status"),
        StartTime = Time(Text(root, "start_time"), zone),
        EndTime = Time(Text(root, "end_time"), zone),
        UseCurrentSettings = Flag(root, "use_current_settings"),
        EnableTracking = Flag(root, "enable_tracking"),
        TotalTimeHours = root.TryGetProperty("total_time_hours", out var hours) && hours.ValueKind == JsonValueKind.Number
            && hours.TryGetDouble(out var number) ? number : null,
        MountTrackingStopped = Flag(root, "mount_tracking_stopped"),
    }.Sound();

    private static bool MayTellPath(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => ApplicationReport.IsPath(value.GetString()!),
        JsonValueKind.Object or JsonValueKind.Array => true,
        _ => false,
    };

    private static string? Text(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Count(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count)
            ? count
            : null;

    private static bool? Flag(JsonElement root, string key) => root.TryGetProperty(key, out var value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;

    /// <summary>
    /// Without a zone it is the node's. Of an hour that comes twice the first one is taken: what was made since then is the run's.
    /// </summary>
    private static DateTimeOffset? Time(string? text, TimeZoneInfo zone)
    {
        if (!DateTime.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
            || time.Year is < 1990 or > 2261)
        {
            return null;
        }

        return time.Kind == DateTimeKind.Utc
            ? time
            : new DateTimeOffset(time, zone.IsAmbiguousTime(time) ? zone.GetAmbiguousTimeOffsets(time).Max() : zone.GetUtcOffset(time));
    }
}
