namespace Wanda.PinningServer;

/// <summary>What an operator sees of a node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pins">Pins that are settled.</param>
/// <param name="Bytes">What it keeps, bytes.</param>
public sealed record NodeReport(string Name, long Pins, long Bytes)
{
    /// <summary>Bytes it may keep; null: the server's default, or a node of the server's command line.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>When it joined by its last invite; null for a node of the server's command line.</summary>
    public DateTimeOffset? Joined { get; init; }

    /// <summary>When its token ends.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When its token was revoked. Its pins are kept.</summary>
    public DateTimeOffset? Revoked { get; init; }

    /// <summary>When it was removed, if it was and has not joined again. What it keeps is kept for a while still.</summary>
    public DateTimeOffset? Removed { get; init; }

    /// <summary>When an invite last replaced its token.</summary>
    public DateTimeOffset? Replaced { get; init; }

    /// <summary>Until when the invite is good that it has not used yet; null when it has none.</summary>
    public DateTimeOffset? InvitedUntil { get; init; }

    /// <summary>Pins that it ended and that are kept still; their bytes are in <see cref="Bytes"/>.</summary>
    public long Ended { get; init; }

    /// <summary>Pins that lost bytes here.</summary>
    public long Broken { get; init; }

    /// <summary>It may add and read only.</summary>
    public bool AddOnly { get; init; }

    /// <summary>When it was last heard of; up to <see cref="PinningServerOptions.MaintainEvery"/> behind.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Whether it was heard of before, and not for two nights: 48 hours.</summary>
    public bool IsSilent(DateTimeOffset now) => (Revoked ?? Removed) is null && LastSeen < now - TwoNights;

    private static readonly TimeSpan TwoNights = TimeSpan.FromDays(2);
}
