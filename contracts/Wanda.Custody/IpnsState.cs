namespace Wanda.Custody;

/// <summary>A name's newest signed record and whether a router has it. Times are UTC.</summary>
public sealed record IpnsState
{
    /// <summary>The name: the libp2p-key CID in base36.</summary>
    public string Name { get; init; } = "";

    /// <summary>The root it points to.</summary>
    public string RootCid { get; init; } = "";

    /// <summary>The record's sequence number.</summary>
    public long Sequence { get; init; }

    /// <summary>The signed record.</summary>
    public byte[] Record { get; init; } = [];

    /// <summary>When it was signed.</summary>
    public DateTimeOffset SignedAt { get; init; }

    /// <summary>When a router took it; null when none has.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Why it is not published.</summary>
    public string? Problem { get; init; }
}
