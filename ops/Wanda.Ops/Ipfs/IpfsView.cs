using Wanda.Custody;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>The Kubo beside a node at one moment.</summary>
/// <param name="Severity">How much its state matters.</param>
/// <param name="Sentence">How it is, in a sentence.</param>
/// <param name="IsUsed">Whether the node uses one.</param>
/// <param name="IsManaged">Whether the node runs it.</param>
public sealed record IpfsView(Severity Severity, string Sentence, bool IsUsed, bool IsManaged)
{
    /// <summary>Whether it answers, and is of a version that is given something; true where none is used.</summary>
    public bool IsReady { get; init; } = true;

    /// <summary>Where it is in its life, one word, when the node runs it: <c>ready</c>, <c>backoff</c>; null else.</summary>
    public string? Phase { get; init; }

    /// <summary>What is wrong with it, one word; null when nothing is, or the node does not run it.</summary>
    public string? Trouble { get; init; }

    /// <summary>Since when, UTC; null when that is not on record.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it is started again, UTC; null when nothing waits for that.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Its process on this machine, when the node runs it.</summary>
    public int? ProcessId { get; init; }

    /// <summary>How many CIDs wait to be handed over; null when nothing is.</summary>
    public int? Waiting { get; init; }

    /// <summary>What it does not take, a sentence; null when it takes all.</summary>
    public string? Problem { get; init; }

    /// <summary>The bytes that the node gives it; null for no limit.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>What it said of itself just now; null when it did not.</summary>
    public KuboFacts? Facts { get; init; }
}
