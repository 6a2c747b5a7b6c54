using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>What a destination is to hold: a frame with all its blocks, or a directory with its own blocks and small files.</summary>
/// <param name="Kind">A frame or a directory.</param>
/// <param name="Subject">The capture's id, or the session's name.</param>
/// <param name="Cid">The root.</param>
/// <param name="Labels">What the destination keeps with the pin, so that a lost catalogue can be rebuilt from it (law 5).</param>
public sealed record OffloadItem(SubjectKind Kind, string Subject, Cid Cid, PinLabels Labels)
{
    /// <summary>What a directory links to and does not contain: its frames, each of which is an item of its own.</summary>
    public IReadOnlySet<Cid> Elsewhere { get; init; } = new HashSet<Cid>();

    /// <summary>The file's size; null for a directory, and where it is not known.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>A frame that has its CID.</summary>
    public static OffloadItem Of(CaptureRecord capture) => new(SubjectKind.Capture, capture.Id.ToString(), Cid.Parse(capture.Cid!),
        new PinLabels(capture.Session.Value, Path.GetFileName(capture.Path), capture.Id.ToString(), capture.Number))
    {
        SizeBytes = capture.SizeBytes,
    };

    /// <summary>A session's newest directory.</summary>
    public static OffloadItem Of(SessionRecord session, IEnumerable<CaptureRecord> frames) =>
        new(SubjectKind.Session, session.Name.Value, Cid.Parse(session.DirectoryCid!),
            new PinLabels(session.Name.Value, session.Name.Value))
        {
            Elsewhere = frames.Where(f => f.Cid is not null).Select(f => Cid.Parse(f.Cid!)).ToHashSet(),
        };
}

/// <summary>What a pin is called at a destination.</summary>
/// <param name="Session">The session; null for the node's root.</param>
/// <param name="Name">The file's or directory's name.</param>
/// <param name="CaptureId">The capture; null for a directory.</param>
/// <param name="Number">The frame's number; null for a directory.</param>
public sealed record PinLabels(string? Session, string Name, string? CaptureId = null, int? Number = null)
{
    /// <summary>As services keep them with a pin that know no such labels of their own.</summary>
    public IReadOnlyDictionary<string, string> ToMap() => new (string Key, string? Value)[]
    {
        ("session", Session), ("name", Name), ("capture", CaptureId),
        ("number", Number?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    }.Where(l => l.Value is not null).ToDictionary(l => l.Key, l => l.Value!);
}
