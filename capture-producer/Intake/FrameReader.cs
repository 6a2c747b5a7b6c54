using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer;

/// <summary>What a frame's file tells of itself. A file that tells nothing is still a frame (law 8).</summary>
internal static class FrameReader
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Hashes a file and reads its headers where it is FITS; other formats tell nothing yet.</summary>
    public static async Task<FrameFacts> FactsAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        return await HeadersAsync(path, cancellationToken) is { } metadata
            ? new FrameFacts(sha256, metadata.TakenAt, ToJson(metadata))
            : new FrameFacts(sha256, null);
    }

    /// <summary>The keywords of a FITS file; null for everything else.</summary>
    public static async Task<FrameMetadata?> HeadersAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await FitsFile.ReadAsync(path, cancellationToken)).Metadata;
        }
        catch (FitsFormatException)
        {
            return null;
        }
    }

    /// <summary>Metadata as the catalogue keeps it: what is not known is left out.</summary>
    public static string ToJson(FrameMetadata metadata) => JsonSerializer.Serialize(metadata with { TakenAt = null }, Json);
}
