using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Files.Shared;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// A session's <c>metadata.json</c>: <c>{name, images: [{number, cid}]}</c>, extended with what an astronomer needs to find a frame again.
/// It is rewritten whole and atomically, on an interval and at the end. Others read it: of headers it holds what
/// <see cref="PublishedHeaders"/> lets go.
/// </summary>
public sealed record SessionMetadata
{
    /// <summary>The file's name in <see cref="SessionFolder.Own"/> and in the session's archive.</summary>
    public const string FileName = "metadata.json";

    private const long MaxBytes = 64 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The session's name.</summary>
    public required string Name { get; init; }

    /// <summary>What its user calls it; absent where that is its name.</summary>
    public string? Label { get; init; }

    /// <summary>The version of this format.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When the session started, UTC.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended, UTC; absent while it is open.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>
    /// What the program that took it says of it: no evidence of what is here. Absent where it says nothing, or is none of another's.
    /// </summary>
    public ApplicationReport? Application { get; init; }

    /// <summary>Its frames by number.</summary>
    public required IReadOnlyList<Image> Images { get; init; }

    /// <summary>What was kept beside them and is no picture: sidecars; absent where there are none.</summary>
    public IReadOnlyList<Image>? Others { get; init; }

    /// <summary>All that it tells of.</summary>
    internal IEnumerable<Image> All => (Images ?? []).Concat(Others ?? []).OfType<Image>();

    /// <summary>One frame, or one other file.</summary>
    public sealed record Image
    {
        /// <summary>Its number in the session, from 1.</summary>
        public required int Number { get; init; }

        /// <summary>Its root CID; absent until it is computed.</summary>
        public string? Cid { get; init; }

        /// <summary>Its capture id.</summary>
        public string? Id { get; init; }

        /// <summary>Where it lies in the archive, with '/'.</summary>
        public string? File { get; init; }

        /// <summary>
        /// The path that it had with its program, bytes that are no visible UTF-8 as <c>\xNN</c>; absent where <see cref="File"/> is it.
        /// </summary>
        public RawName? Original { get; init; }

        /// <summary>The capture that a sidecar belongs to; absent where that is the session.</summary>
        public string? PartOf { get; init; }

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
    /// <param name="session">The session.</param>
    /// <param name="captures">All of its captures.</param>
    /// <param name="publish">The private facts in headers that the operator lets others read; default none.</param>
    public static SessionMetadata Of(
        SessionRecord session, IReadOnlyList<CaptureRecord> captures, IReadOnlyCollection<PrivateFact>? publish = null)
    {
        var paths = ArchivePaths.Of(captures);
        var kept = captures.Where(c => c.DiscardedAt is null).ToLookup(c => c.Kind == CaptureKind.Sidecar,
            c => ImageOf(c, paths[c.Id], publish ?? []));
        return new()
        {
            Name = session.Name.Value,
            Label = session.Label == session.Name.Value ? null : session.Label,
            Application = session.Application,
            Started = session.StartedAt,
            Ended = session.EndedAt,
            Images = [.. kept[false]],
            Others = kept.Contains(true) ? [.. kept[true]] : null,
        };
    }

    // Of a file that is held back neither what it is fetched by: the hash of a small one is its CID in other letters.
    private static Image ImageOf(CaptureRecord c, string path, IReadOnlyCollection<PrivateFact> publish) =>
        PublishedHeaders.HoldsBack(c, publish) ? Whole(c, path, publish) with { Cid = null, Sha256 = null } : Whole(c, path, publish);

    private static Image Whole(CaptureRecord c, string path, IReadOnlyCollection<PrivateFact> publish) => new()
    {
        Number = c.Number,
        Cid = c.Cid,
        Id = c.Id.ToString(),
        File = path,
        Original = ArchivePaths.OriginalOf(c) is { } original && !original.Equals(RawName.FromText(path)) ? original : null,
        PartOf = c.PartOf?.ToString(),
        Bytes = c.SizeBytes,
        Sha256 = c.Sha256,
        Taken = c.TakenAt,
        ClockTrusted = c.ClockTrusted ? null : false,
        Meta = PublishedHeaders.Of(c.Metadata, publish),
    };

    /// <summary>
    /// The name of a frame's file, unique in the session's folder. Versions before 0.3 called a file as we call ours there; such a one is
    /// given its id.
    /// </summary>
    public static string ArchiveName(CaptureRecord capture)
    {
        var name = capture.Path[(capture.Path.LastIndexOf('/') + 1)..];
        return name == FileName ? $"metadata.{capture.Id}.json" : name;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads a session's; null where there is none, or it is no such file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<SessionMetadata?> ReadAsync(string path, SessionName session, CancellationToken cancellationToken)
    {
        if (new FileInfo(path) is not { Exists: true, Length: <= MaxBytes } file)
            return null;
        try
        {
            await using var stream = file.OpenRead();
            return await JsonSerializer.DeserializeAsync<SessionMetadata>(stream, JsonSerializerOptions.Web, cancellationToken) is { } found
                && found.Name == session.Value ? found : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Replaces <c>metadata.json</c> among a session's own files atomically.</summary>
    public Task WriteAsync(string sessionFolder, CancellationToken cancellationToken) =>
        DurableFile.WriteApartAsync(SessionFolder.Metadata(sessionFolder), SessionFolder.Temporaries(sessionFolder), overwrite: true,
            s => s.WriteAsync(ToBytes(), cancellationToken).AsTask(), cancellationToken);
}
