using System.Text.RegularExpressions;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// What of a journal's lines can be true. A line is as hostile as any file: what it says goes into rows that every part works with, so what
/// would be out of anybody's bounds, or lead to another's file, is left out.
/// </summary>
internal static partial class SoundFacts
{
    private const int MaxNumber = 100_000_000;
    private const long MaxBytes = 1L << 50;
    private const int MaxSource = 2 * RawName.MaxBytes; // a name, and with it where two have the same its path
    private const long MaxSeq = 1L << 52; // exact in every JSON reader, and in ours for ever after
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(2262, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The frame as it was saved, whatever else its line claims; with another number where that cannot be. Null when it cannot be.
    /// </summary>
    public static CaptureRecord? Of(JournalEntry.FrameSaved saved, SessionName session) =>
        saved.Capture is { } capture && capture.Id == saved.Id && capture.Session == session && capture.SizeBytes is >= 0 and <= MaxBytes
        && capture.Sha256.Length == 64 && Is(capture.SavedAt) && Is(capture.TakenAt) && IsFrames(capture.Path, session)
            ? capture.AsSaved() with { Number = IsFramesNumber(capture.Number) ? capture.Number : 0 }
            : null;

    /// <summary>What a line says of its session; null when that cannot be.</summary>
    public static JournalEntry.SessionTold? Of(JournalEntry.SessionTold told, SessionName session) =>
        told.Session == session && told is { Source.Length: > 0 and <= MaxSource, Night.Value.Length: > 0, Folder: not null }
            ? told with
            {
                StartedAt = told.StartedAt is { } at && Is(at) ? at : null,
                Application = told.Application?.Sound(),
            }
            : null;

    public static bool Is(JournalEntry.FrameAdded added) => IsCid(added.Cid) && added.DagBytes is >= 0 and <= MaxBytes;

    public static bool IsCid(string cid) => Cid.IsMatch(cid);

    public static bool IsFramesNumber(int number) => number is > 0 and <= MaxNumber;

    public static bool Is(CustodyProof proof, CaptureId capture) =>
        proof.SubjectKind == SubjectKind.Capture && proof.Subject == capture.ToString() && IsCid(proof.Cid) && Is(proof.ProvenAt);

    /// <summary>Whether it can be the number of a fact. What is written from then on must have room above it.</summary>
    public static bool IsNumber(long seq) => seq is >= 0 and <= MaxSeq;

    public static bool Is(DateTimeOffset time) => time >= Earliest && time <= Latest;

    // A path that leads elsewhere would give another's file to this frame; the node's own files begin with a dot.
    private static bool IsFrames(string path, SessionName session) =>
        path.StartsWith($"{session}/", StringComparison.Ordinal) && !path.Contains('\0')
        && path.Split('/').All(part => part.Length > 0 && part[0] != '.');

    // CIDs of the profiles that frames are added with: raw leaves and dag-pb under SHA-256, and version 0.
    [GeneratedRegex("^(?:baf(?:krei|ybei)[a-z2-7]{51}[aeimquy4]|Qm[1-9A-HJ-NP-Za-km-z]{44})$")]
    private static partial Regex Cid { get; }
}
