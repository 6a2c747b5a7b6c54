using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Files.Shared;

namespace Wanda.Catalog;

/// <summary>
/// A session's <c>metadata.json</c>: <c>{name, images: [{number, cid}]}</c>, extended with what an astronomer needs to find a frame again.
/// It is rewritten whole and atomically, on an interval and at the end.
/// </summary>
public sealed record SessionMetadata
{
    /// <summary>The file's name in <see cref="SessionFolder.Own"/> and in the session's archive.</summary>
    public const string FileName = "metadata.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The session's name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of this format.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When the session started, UTC.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended, UTC; absent while it is open.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Its frames by number.</summary>
    public required IReadOnlyList<Image> Images { get; init; }

    /// <summary>One frame.</summary>
    public sealed record Image
    {
        /// <summary>Its number in the session, from 1.</summary>
        public required int Number { get; init; }

        /// <summary>Its root CID; absent until it is computed.</summary>
        public string? Cid { get; init; }

        /// <summary>Its capture id.</summary>
        public string? Id { get; init; }

        /// <summary>Its file name, the same in the archive.</summary>
        public string? File { get; init; }

        /// <summary>Size in bytes.</summary>
        public long? Bytes { get; init; }

        /// <summary>SHA-256 of the file, hex.</summary>
        public string? Sha256 { get; init; }

        /// <summary>When the exposure began, UTC.</summary>
        public DateTimeOffset? Taken { get; init; }

        /// <summary>False when the clock could not be trusted (law 10); absent otherwise.</summary>
        public bool? ClockTrusted { get; init; }

        /// <summary>Exposure, gain, filter, object, ...</summary>
        public JsonNode? Meta { get; init; }
    }

    /// <summary>A session's metadata from its catalogue rows; discarded frames are left out.</summary>
    public static SessionMetadata Of(SessionRecord session, IEnumerable<CaptureRecord> captures) => new()
    {
        Name = session.Name.Value,
        Started = session.StartedAt,
        Ended = session.EndedAt,
        Images = captures.Where(c => c.DiscardedAt is null).Select(c => new Image
        {
            Number = c.Number,
            Cid = c.Cid,
            Id = c.Id.ToString(),
            File = ArchiveName(c),
            Bytes = c.SizeBytes,
            Sha256 = c.Sha256,
            Taken = c.TakenAt,
            ClockTrusted = c.ClockTrusted ? null : false,
            Meta = c.Metadata == "{}" ? null : JsonNode.Parse(c.Metadata),
        }).ToList(),
    };

    /// <summary>
    /// The name a frame has in its session's archive: that of its file, unique in the session's folder. Versions before 0.3 called a file
    /// as we call ours there; such a one is given its id.
    /// </summary>
    public static string ArchiveName(CaptureRecord capture)
    {
        var name = capture.Path[(capture.Path.LastIndexOf('/') + 1)..];
        return name == FileName ? $"metadata.{capture.Id}.json" : name;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Replaces <c>metadata.json</c> among a session's own files atomically.</summary>
    public Task WriteAsync(string sessionFolder, CancellationToken cancellationToken) =>
        DurableFile.WriteApartAsync(SessionFolder.Metadata(sessionFolder), SessionFolder.Temporaries(sessionFolder), overwrite: true,
            s => s.WriteAsync(ToBytes(), cancellationToken).AsTask(), cancellationToken);
}
