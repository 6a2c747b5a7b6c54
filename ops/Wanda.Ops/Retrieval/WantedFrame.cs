using System.Text;
using System.Text.Unicode;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>What somebody wants back: a frame of this node, or whatever a CID stands for that this node does not know.</summary>
/// <param name="Capture">The frame; null for a CID that is no frame's.</param>
/// <param name="Cid">Its root; null while a frame has none yet.</param>
public sealed record WantedFrame(CaptureRecord? Capture, Cid? Cid)
{
    /// <summary>A frame of this node.</summary>
    public static WantedFrame Of(CaptureRecord capture) => new(capture, capture.Cid is { } cid ? Ipfs.Cid.Parse(cid) : null);

    /// <summary>What it is, whatever it is called: a frame's id, or the CID.</summary>
    public string Id => Capture is { } frame ? frame.Id.ToString() : Cid.ToString()!;

    /// <summary>What messages call it: <c>m42/7</c>, or the CID.</summary>
    public string Name => Capture is { } frame ? $"{frame.Session}/{frame.Number}" : Cid.ToString()!;

    /// <summary>
    /// The name it is saved under: the frame's own, as text, or the CID. Bytes that are no text are written as on screens.
    /// </summary>
    public string FileName => Capture switch
    {
        null => Cid.ToString()!,
        { OriginalName: { } name } => Utf8.IsValid(name.Bytes.Span) ? Encoding.UTF8.GetString(name.Bytes.Span) : name.ToString(),
        { } frame => SessionMetadata.ArchiveName(frame),
    };
}

/// <summary>A frame could not be had from anywhere, or not to its end; the message says what each place answered.</summary>
public sealed class RetrievalException(string message, IReadOnlyList<SourceAnswer> answers)
    : OpsException($"{message} {string.Join(" ", answers)}".TrimEnd())
{
    /// <summary>What each place answered, in the order they were asked.</summary>
    public IReadOnlyList<SourceAnswer> Answers { get; } = answers;

    /// <summary>Whether a place that may have it did not answer.</summary>
    public bool IsSilence => Answers.Any(a => a.IsSilent);
}
