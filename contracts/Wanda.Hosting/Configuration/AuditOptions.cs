namespace Wanda.Hosting;

/// <summary>
/// Asking destinations again for what they hold. It cannot be turned off: a released frame is as safe as its newest proof.
/// </summary>
public sealed record AuditOptions
{
    /// <summary>How often it is looked what is due. Default 10 min.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long before it expires a proof is renewed; at most a quarter of its lifetime. Default 7 days.</summary>
    public TimeSpan RenewBefore { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long before their end a destination's proofs are renewed.</summary>
    public TimeSpan LeadOf(DestinationOptions destination) =>
        destination.ProofLifetime / 4 < RenewBefore ? destination.ProofLifetime / 4 : RenewBefore;

    /// <summary>Proven frames a round and destination of which one block, drawn at random, is read back. Default 2; 0 for none.</summary>
    public int Sample { get; init; } = 2;

    /// <summary>
    /// Bytes a day that are read back from destinations which cannot prove possession otherwise, and for samples. Default 1GB.
    /// </summary>
    public ByteSize DailyBytes { get; init; } = ByteSize.Parse("1GB");

    /// <summary>
    /// Possession questions that are prepared while a frame is sent: that many audits of it need no download, each after about three
    /// weeks; the one after them reads it back, and makes as many new ones. Each costs hashing the frame once. Default 4, at most 100;
    /// 0 reads back every time.
    /// </summary>
    public int Challenges { get; init; } = 4;
}
