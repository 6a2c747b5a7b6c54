using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wanda.Imaging;
using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer;

/// <summary>What a frame's file tells of itself.</summary>
/// <param name="TakenAt">When the exposure began, UTC.</param>
/// <param name="Metadata">
/// Exposure, gain, filter, ... as a JSON object; <c>takenFrom</c> says how the time was found, <c>remarks</c> what an operator should know.
/// </param>
internal sealed record FrameReading(DateTimeOffset TakenAt, string Metadata);

/// <summary>
/// The one door to what is inside a frame. A file that tells nothing is still a frame (law 8): whatever its headers hold, there is an
/// answer, and the only errors are those of reading the file.
/// </summary>
internal static class FrameReader
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new FiniteConverter() },
    };

    /// <summary>Hashes a file and reads what it tells.</summary>
    public static async Task<FrameFacts> FactsAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        var reading = await ReadAsync(file, Path.GetFileName(path), Modified(path), time, cancellationToken);
        return new FrameFacts(sha256, reading.TakenAt, reading.Metadata);
    }

    /// <summary>Reads what a file tells.</summary>
    /// <param name="file">Seekable; where it stands afterwards is not said.</param>
    /// <param name="name">The name that its program gave it: some names hold a time.</param>
    /// <param name="fileTime">When it was last written to; null where the file system gives no time that there is.</param>
    /// <param name="time">The node's clock and zone.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<FrameReading> ReadAsync(
        Stream file, string name, DateTimeOffset? fileTime, TimeProvider time, CancellationToken cancellationToken)
    {
        var metadata = await HeadersAsync(file, cancellationToken);
        var exposure = ExposureTime.Of(metadata.Times, name, fileTime, time);
        return new FrameReading(exposure.Start, ToJson(metadata, exposure.From, [.. exposure.Remarks, .. metadata.Remarks]));
    }

    /// <summary>Metadata as the catalogue keeps it: what is not known is left out.</summary>
    public static string ToJson(FrameMetadata metadata, string? takenFrom = null, IReadOnlyList<string>? remarks = null)
    {
        var json = JsonSerializer.SerializeToNode(metadata with { TakenAt = null }, Json)!.AsObject();
        json.Remove("times");
        json.Remove("remarks");
        if (takenFrom is not null)
            json["takenFrom"] = takenFrom;
        if (remarks is { Count: > 0 })
            json["remarks"] = JsonSerializer.SerializeToNode(remarks, Json);
        return json.ToJsonString(Json);
    }

    /// <summary>A file's time of last change; null when it is none that a calendar has (a disk may hold any number).</summary>
    public static DateTimeOffset? Modified(string path)
    {
        try
        {
            return File.GetLastWriteTimeUtc(path);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static async Task<FrameMetadata> HeadersAsync(Stream file, CancellationToken cancellationToken)
    {
        try
        {
            return await FrameHeaders.ReadAsync(file, cancellationToken);
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException or OperationCanceledException))
        {
            // A fault of ours in one of these readers must not cost the frame, nor those behind it.
            return new FrameMetadata { Remarks = [$"Its headers could not be read ({e.GetType().Name}); please report this file."] };
        }
    }

    /// <summary>JSON has no word for infinity, and a serializer that throws would cost the frame.</summary>
    private sealed class FiniteConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
