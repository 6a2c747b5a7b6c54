using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Beside;

/// <summary>
/// The <c>metadata.json</c> of a run's folder in another program's: what lies, or lay, there by its CIDs, so that the folder still tells it
/// when the originals are freed. No path of the machine, no header, no place. A file is ours when it is, byte by byte, what this program
/// writes: whatever anybody else wrote, or changed, is not.
/// </summary>
internal sealed record CidList
{
    /// <summary>Its name in the run's folder.</summary>
    public const string FileName = "metadata.json";

    private const string Mark = "wanda";
    private const int MaxBytes = 32 << 20, MaxRuns = 20, MaxImages = 20_000; // what is more, the archives tell

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        MaxDepth = 8,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Who wrote it.</summary>
    [JsonPropertyOrder(-1)]
    public string WrittenBy { get; init; } = Mark;

    /// <summary>What its user calls the newest run: the folder.</summary>
    public required string Name { get; init; }

    /// <summary>The newest run's session, as this node calls it.</summary>
    public required string Session { get; init; }

    /// <summary>The CID of its archive.</summary>
    public string? Cid { get; init; }

    /// <summary>Its pictures and videos that have a CID, by number.</summary>
    public required IReadOnlyList<Image> Images { get; init; }

    /// <summary>The runs before it in the same folder, newest first; absent where there are none.</summary>
    public IReadOnlyList<Run>? Earlier { get; init; }

    /// <summary>The archives that it was made with, newest run first.</summary>
    [JsonIgnore]
    public IReadOnlyList<string?> Archives => [Cid, .. (Earlier ?? []).Select(run => run.Cid)];

    /// <summary>One file.</summary>
    /// <param name="Number">Its number in the session.</param>
    /// <param name="File">Its name, bytes that are no visible UTF-8 as <c>\xNN</c>.</param>
    /// <param name="Cid">Its CID.</param>
    public sealed record Image(int Number, string File, string Cid);

    /// <summary>An earlier run.</summary>
    /// <param name="Session">Its session.</param>
    /// <param name="Cid">Its archive's CID.</param>
    /// <param name="Images">Its files.</param>
    public sealed record Run(string Session, string? Cid, IReadOnlyList<Image> Images);

    /// <summary>Of the runs in one folder, newest first, those that are told of.</summary>
    public static IReadOnlyList<SessionRecord> Told(IEnumerable<SessionRecord> runs) =>
        [.. runs.OrderByDescending(s => s.StartedAt).ThenByDescending(s => s.Name.Value, StringComparer.Ordinal).Take(MaxRuns)];

    /// <summary>The list of a folder.</summary>
    /// <param name="runs">Its runs, newest first, each with its captures.</param>
    public static CidList Of(IReadOnlyList<(SessionRecord Session, IReadOnlyList<CaptureRecord> Captures)> runs)
    {
        var newest = runs[0].Session;
        var list = new CidList
        {
            Name = newest.Label,
            Session = newest.Name.Value,
            Cid = newest.DirectoryCid,
            Images = ImagesOf(runs[0].Captures),
            Earlier = runs.Count == 1 ? null
                : [.. runs.Skip(1).Select(r => new Run(r.Session.Name.Value, r.Session.DirectoryCid, ImagesOf(r.Captures)))],
        };
        // It has to be read again, and known as ours.
        while (list.Earlier is { Count: > 0 } earlier && list.ToBytes().Length > MaxBytes)
            list = list with { Earlier = earlier.Count == 1 ? null : [.. earlier.SkipLast(1)] };
        return list;
    }

    /// <summary>Reads one that is open; null where it is none of ours.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<CidList?> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        var part = new byte[64 << 10];
        for (int read; (read = await file.ReadAsync(part, cancellationToken)) > 0;)
        {
            bytes.Write(part, 0, read);
            // Anybody's large file is read no further than its first line.
            if (bytes.Length > MaxBytes || !Begins(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)))
                return null;
        }

        return Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    private static ReadOnlySpan<byte> Beginning => "{\n  \"writtenBy\": \"wanda\",\n"u8;

    private static bool Begins(ReadOnlySpan<byte> text) =>
        text.Length >= Beginning.Length ? text.StartsWith(Beginning) : Beginning.StartsWith(text);

    private static CidList? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize<CidList>(text, Json) is { Images: not null } list && text.SequenceEqual(list.ToBytes())
                ? list : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IReadOnlyList<Image> ImagesOf(IEnumerable<CaptureRecord> captures) =>
    [
        .. captures.Where(c => c is { Kind: not CaptureKind.Sidecar, Cid: not null, DiscardedAt: null }).OrderBy(c => c.Number)
            .TakeLast(MaxImages).Select(c => new Image(c.Number, c.OriginalName?.ToString() ?? c.FileName, c.Cid!)),
    ];
}
