using Wanda.Contracts;

namespace Wanda.Custody;

/// <summary>
/// Something that happened to a frame, a copy or a session, and that the ledger knows from then on: the only way in which it learns. Each
/// may be told twice: the second time changes nothing (law 3). Times are UTC.
/// </summary>
public abstract record Fact
{
    private protected Fact()
    {
    }

    /// <summary>
    /// A capture is on disk. It gets the next free number of its session when <see cref="CaptureRecord.Number"/> is 0. One whose id, or
    /// whose source key and content, is known already comes back as it stands: saving twice is one frame.
    /// </summary>
    public sealed record Saved(CaptureRecord Capture) : Fact<CaptureRecord>;

    /// <summary>
    /// A capture that a crash left without its row is known for what it is: its file was seen in a watched folder. Its bytes, its path and
    /// its number stay. Null comes back when another file was found to be it meanwhile.
    /// </summary>
    public sealed record Identified(CaptureRecord Capture) : Fact<CaptureRecord?>;

    /// <summary>
    /// A watched file was seen again under another look (renamed, its time shifted, its disk mounted anew): the capture is known by that
    /// from now on.
    /// </summary>
    /// <param name="Capture">It.</param>
    /// <param name="SourceKey">The new look.</param>
    /// <param name="Path">Where it lies now.</param>
    public sealed record Reclaimed(CaptureRecord Capture, string SourceKey, RawName Path) : Fact<bool>;

    /// <summary>A sidecar belongs to a frame. Without this it belongs to its session.</summary>
    public sealed record Tied(CaptureId Sidecar, CaptureId Frame) : Fact<bool>;

    /// <summary>A capture has its CID. With another one than before it is a conflict: its file changed, or a hash is wrong.</summary>
    /// <param name="Id">The capture.</param>
    /// <param name="Cid">The root CID.</param>
    /// <param name="DagBytes">Size of the blocks together.</param>
    public sealed record Added(CaptureId Id, string Cid, long DagBytes) : Fact<bool>;

    /// <summary>A preview was made, or is known to be impossible. The first final state stands.</summary>
    /// <param name="Id">The capture.</param>
    /// <param name="ReasonForNone">Why there is none; null: it was made.</param>
    /// <param name="Warning">Why it shows less than it should.</param>
    /// <param name="Figures">What was measured on the way.</param>
    public sealed record Previewed(
        CaptureId Id, string? ReasonForNone, string? Warning = null, FrameFigures? Figures = null) : Fact<bool>;

    /// <summary>Why a frame that the policy let go is still here; null when nothing holds it.</summary>
    public sealed record Held(CaptureId Id, string? Reason) : Fact<bool>;

    /// <summary>
    /// A door that was found open is shut, for a <see cref="DoorCode"/>: the file is still here, and its release is decided anew.
    /// </summary>
    public sealed record DoorShut(CaptureId Id, string Why) : Fact<bool>;

    /// <summary>The local bytes are gone, through the door; when that was, by default now.</summary>
    public sealed record Released(CaptureId Id, DateTimeOffset? At = null) : Fact<bool>;

    /// <summary>A released frame's bytes are back in its file, which has another inode and time now. True when it was not here.</summary>
    public sealed record Recalled(CaptureId Id, long ModifiedNs, long Inode, string Detail) : Fact<bool>;

    /// <summary>
    /// What was saved is not here any more, and nobody released it: its file is missing or holds other bytes. It is never sent from here
    /// again. One fact, however often it is seen.
    /// </summary>
    public sealed record FileLost(CaptureId Id, string Why) : Fact<bool>;

    /// <summary>
    /// Every byte of its file is as it was saved: one that was put back, or only touched, is known by its looks from now on.
    /// </summary>
    public sealed record FileFound(CaptureId Id, long ModifiedNs, long Inode) : Fact<bool>;

    /// <summary>
    /// A watched file that was taken as a copy is this node's to free from now on, by an operator's word that includes what was there
    /// before.
    /// </summary>
    public sealed record Adopted(CaptureId Id) : Fact<bool>;

    /// <summary>
    /// A frame that lay where its program wrote it has a file of its own from now on, with this time and inode: every byte as it was
    /// saved.
    /// </summary>
    public sealed record CopiedOut(CaptureId Id, long ModifiedNs, long Inode, OriginalCopied Why) : Fact<bool>;

    /// <summary>An adopted original is gone from its folder, or is none any more, and how that came.</summary>
    public sealed record OriginalSettled(CaptureId Id, OriginalState State, DateTimeOffset? At = null) : Fact<bool>;

    /// <summary>
    /// Why an adopted original lies in its folder still although its frame is released (<see cref="OriginalHold"/>); what was begun of its
    /// removal is undone.
    /// </summary>
    public sealed record OriginalHeld(CaptureId Id, string Why) : Fact<bool>;

    /// <summary>
    /// An operator's word that a capture is to go, everywhere and for ever (law 2): a tombstone that every part obeys. The first word
    /// stands; true when this is it.
    /// </summary>
    public sealed record Discarded(CaptureId Id, DateTimeOffset At, string By, string Reason) : Fact<bool>;

    /// <summary>A discarded capture's local bytes and preview are gone.</summary>
    public sealed record Erased(CaptureId Id) : Fact<bool>;

    /// <summary>A destination took a capture or a session's directory. It only saves a second upload.</summary>
    public sealed record Pushed(RemotePin Pin) : Fact<bool>;

    /// <summary>A destination turned out not to hold what it said it took. True when that was on record, of this very CID.</summary>
    public sealed record PushForgotten(string Destination, string Subject, string Cid, string Why) : Fact<bool>;

    /// <summary>A destination proved that it holds a copy.</summary>
    /// <param name="Proof">The proof.</param>
    /// <param name="Questions">Made in the same read, for the audits of a frame that is freed.</param>
    public sealed record Proven(CustodyProof Proof, IReadOnlyList<PossessionChallenge> Questions) : Fact<bool>
    {
        /// <summary>A proof without questions.</summary>
        public Proven(CustodyProof proof)
            : this(proof, [])
        {
        }
    }

    /// <summary>It proved so again, when it was asked.</summary>
    public sealed record Audited(CustodyProof Proof) : Fact<bool>;

    /// <summary>
    /// A copy vanished or was damaged: the destination's proofs of it, and its word that it took it, count for nothing until it proves it
    /// anew.
    /// </summary>
    public sealed record Revoked(string Destination, string Subject, string Why) : Fact<bool>;

    /// <summary>
    /// A destination lost something: whatever it has proven before now is due at once. Once for all that it lost then.
    /// </summary>
    public sealed record Doubted(CustodyProof Lost, TimeSpan ProofLifetime) : Fact<bool>;

    /// <summary>No proof on record is in force any more: each is asked for again before anything is released by it.</summary>
    public sealed record AllDoubted : Fact<bool>;

    /// <summary>A destination let a discarded capture go: nothing it proved or took of it is on record any more.</summary>
    public sealed record Unpinned(RemotePin Pin, string Detail) : Fact<bool>;

    /// <summary>A session begins, or goes on after it had ended: more captures will come.</summary>
    public sealed record SessionOpened(SessionName Session, SessionKind Kind) : Fact<bool>;

    /// <summary>A session ends. True when it was open.</summary>
    public sealed record SessionEnded(SessionName Session) : Fact<bool>;

    /// <summary>
    /// A run of another program was seen: it is a session, the one that is known or else a new one, whose name comes back. One of which a
    /// start is told after its first captures came keeps its session.
    /// </summary>
    /// <param name="Wanted">What a new one is called, unless that name is taken.</param>
    /// <param name="Source">The watched folder.</param>
    /// <param name="Folder">The run's folder below it.</param>
    /// <param name="Night">The night in which it began: what tells it from another run in that folder where nothing else does.</param>
    /// <param name="StartedAt">When it began, as its program said; null where that says nothing.</param>
    public sealed record RunSeen(
        SessionName Wanted, string Source, RawName Folder, SessionName Night, DateTimeOffset? StartedAt) : Fact<SessionName>;

    /// <summary>What the program says of a run by now.</summary>
    /// <param name="Session">The run's session.</param>
    /// <param name="Report">It.</param>
    /// <param name="IsLast">Whether that is said to last: the session's journal is told of it.</param>
    public sealed record RunTold(SessionName Session, ApplicationReport Report, bool IsLast) : Fact<bool>;

    /// <summary>
    /// A session's folder tells that numbers up to this one were given, whoever knows to which frames: the next one's is higher.
    /// </summary>
    public sealed record NumbersGiven(SessionName Session, int Last) : Fact<bool>;

    /// <summary>A session has a new archive.</summary>
    /// <param name="Session">The session.</param>
    /// <param name="DirectoryCid">Its root.</param>
    /// <param name="DirectoryBytes">Of it and all that it links to.</param>
    /// <param name="Frames">How many it links to.</param>
    /// <param name="Published">The private facts of headers that it tells, as they are written on record.</param>
    public sealed record Archived(
        SessionName Session, string DirectoryCid, long DirectoryBytes, int Frames, string Published) : Fact<bool>;

    /// <summary>
    /// The state of a published name. One with a lower sequence than the known one is not taken: a sequence, once seen by anybody, is never
    /// signed again for another root.
    /// </summary>
    public sealed record NameSigned(IpnsState State) : Fact<bool>;
}

/// <summary>A fact that the ledger answers with something.</summary>
/// <typeparam name="TAnswer">What; a bool says whether it was news.</typeparam>
public abstract record Fact<TAnswer> : Fact
{
    private protected Fact()
    {
    }
}
