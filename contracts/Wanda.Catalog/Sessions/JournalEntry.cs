using System.Text.Json.Serialization;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// One line of a session's journal. The journal and the frames beside it are enough to rebuild the catalogue (law 5); lines are only ever
/// appended, and readers ignore fields and kinds they do not know (law 9).
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "t", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FallBackToBaseType)]
[JsonDerivedType(typeof(FrameSaved), "saved")]
[JsonDerivedType(typeof(FrameAdded), "added")]
[JsonDerivedType(typeof(FrameProven), "proven")]
[JsonDerivedType(typeof(FrameReleased), "released")]
[JsonDerivedType(typeof(ProofRevoked), "revoked")]
[JsonDerivedType(typeof(FrameRecalled), "recalled")]
[JsonDerivedType(typeof(FrameDiscarded), "discarded")]
[JsonDerivedType(typeof(SessionTold), "session")]
[JsonDerivedType(typeof(FrameOriginal), "original")]
public record JournalEntry
{
    /// <summary>The capture the line is about; none where that is the session.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CaptureId Id { get; init; }

    /// <summary>
    /// The number of the catalogue's fact that it tells; in one journal they rise. Null in lines of versions before 0.3, and where a line
    /// was made again from the rows.
    /// </summary>
    public long? Seq { get; init; }

    /// <summary>The frame is on disk.</summary>
    public sealed record FrameSaved : JournalEntry
    {
        /// <summary>The whole catalogue row as it was when the frame was saved.</summary>
        public required CaptureRecord Capture { get; init; }
    }

    /// <summary>The frame has its CID.</summary>
    public sealed record FrameAdded : JournalEntry
    {
        /// <summary>The root CID.</summary>
        public required string Cid { get; init; }

        /// <summary>Size of the blocks together, bytes.</summary>
        public required long DagBytes { get; init; }
    }

    /// <summary>A destination proved that it holds the frame.</summary>
    public sealed record FrameProven : JournalEntry
    {
        /// <summary>The proof.</summary>
        public required CustodyProof Proof { get; init; }
    }

    /// <summary>The local bytes were freed.</summary>
    public sealed record FrameReleased : JournalEntry
    {
        /// <summary>When, UTC.</summary>
        public required DateTimeOffset At { get; init; }
    }

    /// <summary>A destination turned out not to hold the frame: its proofs until here count for nothing.</summary>
    public sealed record ProofRevoked : JournalEntry
    {
        /// <summary>The destination's name in the configuration.</summary>
        public required string Destination { get; init; }
    }

    /// <summary>A released frame's local bytes are back.</summary>
    public sealed record FrameRecalled : JournalEntry
    {
        /// <summary>When, UTC.</summary>
        public required DateTimeOffset At { get; init; }
    }

    /// <summary>What became of the watched file that it was taken from, where that is the node's to free.</summary>
    public sealed record FrameOriginal : JournalEntry
    {
        /// <summary>It.</summary>
        public required OriginalState State { get; init; }

        /// <summary>When, UTC.</summary>
        public required DateTimeOffset At { get; init; }
    }

    /// <summary>An operator discarded the frame: whatever else is written of it, before or after, it stays so.</summary>
    public sealed record FrameDiscarded : JournalEntry
    {
        /// <summary>When, UTC.</summary>
        public required DateTimeOffset At { get; init; }

        /// <summary>Who said so.</summary>
        public required string By { get; init; }

        /// <summary>Why.</summary>
        public required string Reason { get; init; }
    }

    /// <summary>The session is a run of another program. The last such line stands.</summary>
    public sealed record SessionTold : JournalEntry
    {
        /// <summary>The session: its folder may be copied to another name.</summary>
        public required SessionName Session { get; init; }

        /// <summary>The watched folder that the run is in.</summary>
        public required string Source { get; init; }

        /// <summary>The run's folder below it.</summary>
        public required RawName Folder { get; init; }

        /// <summary>The night in which it began.</summary>
        public required SessionName Night { get; init; }

        /// <summary>When it began, UTC, as its program said; null where that said nothing.</summary>
        public DateTimeOffset? StartedAt { get; init; }

        /// <summary>What its program said of it.</summary>
        public ApplicationReport? Application { get; init; }

        /// <summary>The line of a session as its row stands; null when it is no run.</summary>
        internal static SessionTold? Of(SessionRecord? session) =>
            session is { Source: { } source, Folder: { } folder, RunNight: { } night } && SessionName.IsValid(night)
                ? new SessionTold
                {
                    Session = session.Name,
                    Source = source,
                    Folder = folder,
                    Night = new SessionName(night),
                    StartedAt = session.RunAt,
                    Application = session.Application,
                }
                : null;
    }
}
