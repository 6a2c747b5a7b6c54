namespace Wanda.Custody;

/// <summary>What a proof is about.</summary>
public enum SubjectKind
{
    /// <summary>One frame.</summary>
    Capture,

    /// <summary>A session's directory and metadata.</summary>
    Session,
}

/// <summary>How a destination proved that it holds the bytes (law 2).</summary>
public enum ProofMethod
{
    /// <summary>
    /// Our own server hashed a fresh nonce and the content from its disk, and the answer equals ours. See
    /// <c>Wanda.Ipfs.PossessionDigest</c>.
    /// </summary>
    Possession,

    /// <summary>Every byte was read back from the destination and hashed again to our CID.</summary>
    ReadBack,
}

/// <summary>How a destination puts on its disk what it takes, before it answers: what is in its memory alone is no copy (law 2).</summary>
public enum Flushes
{
    /// <summary>It says that it does, and is one that can tell.</summary>
    Yes,

    /// <summary>We do: each file is written and synced by us.</summary>
    ByUs,

    /// <summary>It does not. Such a destination proves nothing, however often it is read.</summary>
    No,

    /// <summary>It cannot be told. Of a service whose every byte was read back that is enough, of a Kubo never.</summary>
    Unknown,
}

/// <summary>
/// The proof that a destination holds every byte of a frame or of a session's directory: the only key to the release door (law 2). A
/// destination's word "pinned" is none.
/// </summary>
public sealed record CustodyProof
{
    /// <summary>Its identity, a UUID.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required SubjectKind SubjectKind { get; init; }

    /// <summary>The capture's id, or the session's name.</summary>
    public required string Subject { get; init; }

    /// <summary>The CID that was proven.</summary>
    public required string Cid { get; init; }

    /// <summary>The destination's name in the configuration.</summary>
    public required string Destination { get; init; }

    /// <summary>What fails together: two proofs from one domain count once.</summary>
    public required string FailureDomain { get; init; }

    /// <summary>Whether the destination is on this machine. Such a proof opens no release, except in <c>wanda demo</c>.</summary>
    public required bool OnThisMachine { get; init; }

    /// <summary>
    /// How the destination flushes; null where it was not asked: by a node before 0.4, or of a server before 0.4, whose protocol promises
    /// it.
    /// </summary>
    public Flushes? Flushes { get; init; }

    /// <summary>How it was proven.</summary>
    public required ProofMethod Method { get; init; }

    /// <summary>How many bytes were hashed by the destination, or read back.</summary>
    public required long Bytes { get; init; }

    /// <summary>The digest both sides came to, lower-case hex SHA-256.</summary>
    public required string Digest { get; init; }

    /// <summary>Where the question was asked; never holds a secret.</summary>
    public required string Endpoint { get; init; }

    /// <summary>
    /// Which place the destination was, whatever its name; null where that is not on record. It counts only while the destination is
    /// configured as the same place.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>The id of the disk that it was read from; null where the destination keeps no files, or that is not on record.</summary>
    public string? Disk { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset ProvenAt { get; init; }

    /// <summary>Until when it opens a release, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// Stands for <see cref="ExpiresAt"/> where nobody knows any more whether it is true: it was read from a journal, or the catalogue is
    /// older than one. It is to be asked for again, and did not expire.
    /// </summary>
    public static DateTimeOffset AskAgain => DateTimeOffset.UnixEpoch;

    /// <summary>
    /// Whether it opens a release now. One from the future was dated by a clock that was wrong then, or the clock is wrong now: it would be
    /// in force for years (law 10).
    /// </summary>
    public bool IsInForce(DateTimeOffset now) => ExpiresAt > now && ProvenAt <= now;
}

/// <summary>What a destination said it took: no proof, it only saves a second upload.</summary>
public sealed record RemotePin
{
    /// <summary>The destination's name.</summary>
    public string Destination { get; init; } = "";

    /// <summary>The capture's id, or the session's name.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The CID.</summary>
    public string Cid { get; init; } = "";

    /// <summary>The destination's own id of the pin, where it has one.</summary>
    public string? RemoteId { get; init; }

    /// <summary>When it was pushed, UTC.</summary>
    public DateTimeOffset PushedAt { get; init; }
}
