using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>A proof as an operator sees it. Times are UTC.</summary>
public sealed record ProofView
{
    /// <summary>Its identity.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required SubjectKind SubjectKind { get; init; }

    /// <summary>The capture's id.</summary>
    public required string Subject { get; init; }

    /// <summary>The CID that was proven.</summary>
    public required string Cid { get; init; }

    /// <summary>The destination's name.</summary>
    public required string Destination { get; init; }

    /// <summary>What fails together with it.</summary>
    public required string FailureDomain { get; init; }

    /// <summary>Whether it is on this machine.</summary>
    public required bool OnThisMachine { get; init; }

    /// <summary>How the destination flushes; null where it was not asked.</summary>
    public Flushes? Flushes { get; init; }

    /// <summary>How it was proven.</summary>
    public required ProofMethod Method { get; init; }

    /// <summary>How many bytes were hashed there, or read back.</summary>
    public required long Bytes { get; init; }

    /// <summary>The digest both sides came to.</summary>
    public required string Digest { get; init; }

    /// <summary>Where the question was asked.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Which place the destination was; null where that is not on record.</summary>
    public string? Place { get; init; }

    /// <summary>The id of the disk that it was read from; null where that is not on record.</summary>
    public string? Disk { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset ProvenAt { get; init; }

    /// <summary>Until when it opens a release; null: it is to be asked for again, and opens none until then.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it is worth, in words.</summary>
    public required string Worth { get; init; }

    /// <summary>A proof as it is seen at a time.</summary>
    public static ProofView Of(CustodyProof proof, DateTimeOffset now, TimeZoneInfo zone) => new()
    {
        Id = proof.Id,
        SubjectKind = proof.SubjectKind,
        Subject = proof.Subject,
        Cid = proof.Cid,
        Destination = proof.Destination,
        FailureDomain = proof.FailureDomain,
        OnThisMachine = proof.OnThisMachine,
        Flushes = proof.Flushes,
        Method = proof.Method,
        Bytes = proof.Bytes,
        Digest = proof.Digest,
        Endpoint = proof.Endpoint,
        Place = proof.Place,
        Disk = proof.Disk,
        ProvenAt = proof.ProvenAt,
        ExpiresAt = proof.ExpiresAt == CustodyProof.AskAgain ? null : proof.ExpiresAt,
        Worth = proof.ExpiresAt == CustodyProof.AskAgain ? "to be asked for again"
            : $"{(proof.ExpiresAt > now ? "counts until" : "expired")} {OperatorTime.Clock(proof.ExpiresAt, now, zone)}",
    };
}
