namespace Wanda.Ipfs;

/// <summary>Where a managed daemon is in its life.</summary>
public enum KuboPhase
{
    /// <summary>There is none, and none can be started: <see cref="KuboManagerState.Trouble"/> says what is missing.</summary>
    Absent,

    /// <summary>It was started and does not answer yet.</summary>
    Starting,

    /// <summary>It answers and is well.</summary>
    Ready,

    /// <summary>It runs and is not well: it does not answer, its disk is full, or it is not the version it should be.</summary>
    Degraded,

    /// <summary>It was asked to end.</summary>
    Stopping,

    /// <summary>It ended by itself and is started again at <see cref="KuboManagerState.RetryAt"/>.</summary>
    Backoff,
}

/// <summary>What is wrong with a managed daemon, for callers who tell one from another.</summary>
public enum KuboTrouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no program.</summary>
    NotFound,

    /// <summary>The program, or the daemon that runs, is older than the minimum, or is no Kubo.</summary>
    WrongVersion,

    /// <summary>Another process uses the repository.</summary>
    Locked,

    /// <summary>The repository was written by a newer Kubo.</summary>
    RepositoryNewer,

    /// <summary>The repository was written by an older Kubo and is migrated only when the operator asks for it.</summary>
    RepositoryOlder,

    /// <summary>The repository's configuration cannot be read, or the daemon refuses it.</summary>
    Configuration,

    /// <summary>The disk of the repository has no room.</summary>
    StorageFull,

    /// <summary>An address that it is to listen on is taken.</summary>
    AddressTaken,

    /// <summary>It may not read or write what it must.</summary>
    Denied,

    /// <summary>It runs and does not answer.</summary>
    NoAnswer,

    /// <summary>It answers and cannot read its own repository.</summary>
    Unhealthy,

    /// <summary>It ended by itself.</summary>
    Ended,

    /// <summary>Its unit is to run it and does not.</summary>
    UnitDown,
}

/// <summary>One look at a managed daemon.</summary>
/// <param name="Phase">Where it is in its life.</param>
/// <param name="Trouble">What is wrong.</param>
/// <param name="Reason">The same for the operator, with what to do: whole sentences.</param>
/// <param name="Since">Since when it is in this phase with this trouble.</param>
public sealed record KuboManagerState(KuboPhase Phase, KuboTrouble Trouble, string Reason, DateTimeOffset Since)
{
    /// <summary>The process; null when there is none, or it is another's.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The version that it answered with last, such as <c>0.43.1</c>; null before it did.</summary>
    public string? Version { get; init; }

    /// <summary>When it is started again; null when nothing waits for that.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Whether it runs as somebody else's process, a unit's for one: then it is only watched.</summary>
    public bool IsWatched { get; init; }
}
