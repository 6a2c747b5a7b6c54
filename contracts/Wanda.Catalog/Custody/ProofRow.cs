using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>A proof as it stands in the file.</summary>
internal sealed class ProofRow
{
    public string Id { get; init; } = "";
    public SubjectKind SubjectKind { get; init; }
    public string Subject { get; init; } = "";
    public string Cid { get; init; } = "";
    public string Destination { get; init; } = "";
    public string FailureDomain { get; init; } = "";
    public bool OnThisMachine { get; init; }
    public Flushes? Flushes { get; init; }
    public ProofMethod Method { get; init; }
    public long Bytes { get; init; }
    public string Digest { get; init; } = "";
    public string Endpoint { get; init; } = "";
    public string? Place { get; init; }
    public string? Disk { get; init; }
    public DateTimeOffset ProvenAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }

    public CustodyProof ToProof() => new()
    {
        Id = Id,
        SubjectKind = SubjectKind,
        Subject = Subject,
        Cid = Cid,
        Destination = Destination,
        FailureDomain = FailureDomain,
        OnThisMachine = OnThisMachine,
        Flushes = Flushes,
        Method = Method,
        Bytes = Bytes,
        Digest = Digest,
        Endpoint = Endpoint,
        Place = Place,
        Disk = Disk,
        ProvenAt = ProvenAt,
        ExpiresAt = ExpiresAt,
    };
}
