namespace Wanda.Custody;

/// <summary>Whether a destination is tried.</summary>
public enum DestinationState
{
    /// <summary>It is used.</summary>
    Open,

    /// <summary>It is down or refuses us; its queue waits (law 4).</summary>
    Paused,
}

/// <summary>A destination and its breaker. Times are UTC.</summary>
public sealed record DestinationRecord
{
    /// <summary>Its name in the configuration.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its kind: <c>wanda</c>, ...</summary>
    public string Kind { get; init; } = "";

    /// <summary>What fails together with it.</summary>
    public string FailureDomain { get; init; } = "";

    /// <summary>Where it points, whatever its name; null until it was configured by a version that writes it down.</summary>
    public string? Place { get; init; }

    /// <summary>Whether it is in the configuration now; its proofs count only then.</summary>
    public bool Configured { get; init; }

    /// <summary>Whether it is being emptied, to be taken out of the configuration.</summary>
    public bool Drains { get; init; }

    /// <summary>How it flushes, as its newest proof says; null where it was not asked.</summary>
    public Flushes? Flushes { get; init; }

    /// <summary>Which machine it was found to be on; null: that was not looked at yet.</summary>
    public Machine? Machine { get; init; }

    /// <summary>How that was found, or why it cannot be told: a sentence's end, after its name.</summary>
    public string? MachineHow { get; init; }

    /// <summary>Whether its proofs count as of this machine; null: that was not looked at yet.</summary>
    public bool? MachineHere { get; init; }

    /// <summary>The id of the disk that it was found on last, where it keeps files; null: that was not looked at yet.</summary>
    public string? Disk { get; init; }

    /// <summary>The operator's word on whether it is on this machine; null: none was given.</summary>
    public bool? SameMachine { get; init; }

    /// <summary>What another destination on the same other machine has too; null: it does not tell.</summary>
    public string? MachineToken { get; init; }

    /// <summary>The failure domain that it has in common with others on its machine; null: none was found there.</summary>
    public string? MachineDomain { get; init; }

    /// <summary>
    /// Whether it is from before machines were told from one another, and counts by its address, as it did then, until it can be told or
    /// the operator says.
    /// </summary>
    public bool JudgedByAddress { get; init; }

    /// <summary>
    /// When it missed a copy that it had proven, or pointed elsewhere: what it proved before opens no door until it is proven again. Null:
    /// never.
    /// </summary>
    public DateTimeOffset? DoubtedAt { get; init; }

    /// <summary>
    /// All that decides whether its proofs count and open doors, as a text to compare: when it changes, any frame may have become one to
    /// release or to send.
    /// </summary>
    public string Standing => $"{Name} {Configured} {Place} {Drains} {DoubtedAt:O}";

    /// <summary>Whether it is tried.</summary>
    public DestinationState State { get; init; }

    /// <summary>
    /// When it was taken out, or began to point elsewhere; null when its queue has nothing of the place before any more
    /// (<c>DestinationStore.ArrivedAsync</c>).
    /// </summary>
    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>Why it is paused; null while it is not, and for a pause of 0.2, which has words alone.</summary>
    public PauseCode? PauseCode { get; init; }

    /// <summary>What <see cref="PauseCode"/> says of its detail; without it a sentence for the operator.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when it is paused.</summary>
    public DateTimeOffset? PausedSince { get; init; }

    /// <summary>When it is tried next; null while paused means: when an operator resumes it.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; init; }

    /// <summary>When it last did what was asked.</summary>
    public DateTimeOffset? LastOkAt { get; init; }

    /// <summary>What it says is going to end its service, for the operator; null when it says nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>When it said so.</summary>
    public DateTimeOffset? WarnedAt { get; init; }
}
