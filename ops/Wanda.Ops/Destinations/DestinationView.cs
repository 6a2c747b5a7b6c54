using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>A destination as an operator sees it.</summary>
public sealed record DestinationView
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind, as in the configuration.</summary>
    public required string Kind { get; init; }

    /// <summary>How it proves what it holds, in a few words; null when it offers no way to, or is no longer in the configuration.</summary>
    public string? Proof { get; init; }

    /// <summary>The address of its gateway; null when it has none, or is no longer in the configuration.</summary>
    public string? Url { get; init; }

    /// <summary>What fails together with it.</summary>
    public required string FailureDomain { get; init; }

    /// <summary>Which machine it is on, and how that was found; null: that was not looked at yet.</summary>
    public string? Machine { get; init; }

    /// <summary>How it puts on its disk what it takes, as its newest proof says; null: it was not asked.</summary>
    public string? Flushes { get; init; }

    /// <summary>Whether it is in the configuration; one that is not keeps what it holds and gets nothing new.</summary>
    public required bool Configured { get; init; }

    /// <summary>Whether it is being emptied, to be taken out: nothing new goes there.</summary>
    public bool Drains { get; init; }

    /// <summary>Whether it is sent to.</summary>
    public bool Takes => Configured && !Drains;

    /// <summary>
    /// Whether what it proves makes a frame safe: it is sent to, can prove what it holds, and does not fail with this machine.
    /// </summary>
    public bool MakesSafe => Takes && GivesProof && !FailsWithUs;

    /// <summary>Whether it is on this machine, so that a copy there counts for no more than the node's own; never so in the demo.</summary>
    public bool FailsWithUs { get; init; }

    /// <summary>Whether it proves what it holds; a copy at one that does not opens no release.</summary>
    public required bool GivesProof { get; init; }

    /// <summary>What others can read there; null where nobody else reads.</summary>
    public string? Shows { get; init; }

    /// <summary>What it is doing, in a few words.</summary>
    public required string State { get; init; }

    /// <summary>Why it is paused, since when and until when; null while it is used.</summary>
    public string? Paused { get; init; }

    /// <summary>The same without since when.</summary>
    internal string? Pause { get; init; }

    /// <summary>Since when it is paused, UTC; null while it is used.</summary>
    public DateTimeOffset? PausedSince { get; init; }

    /// <summary>What it refuses and somebody has to see to, shortly: waiting alone does not mend it. Null while that is not so.</summary>
    public string? Refuses { get; init; }

    /// <summary>Why it is paused; null while it is used, and for a pause of 0.2.</summary>
    public PauseCode? PauseCode { get; init; }

    /// <summary>
    /// Why nothing is sent to it now, as the end of a sentence that its name begins: it is paused, or outside of its hours; null while it
    /// is sent to.
    /// </summary>
    public string? Waits { get; init; }

    /// <summary>When it is tried next, or its upload window opens, UTC; null when nothing waits for a time.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>The hours in which it is sent to; null: always.</summary>
    public string? Window { get; init; }

    /// <summary>Bytes sent to it in this calendar month.</summary>
    public required long SentThisMonth { get; init; }

    /// <summary>How many may be sent in a month; null: no limit.</summary>
    public long? MonthlyVolume { get; init; }

    /// <summary>The month's volume in words; null when nothing was sent and nothing is limited.</summary>
    public string? Volume => MonthlyVolume is { } volume ? $"{new ByteSize(SentThisMonth)} of {new ByteSize(volume)} this month"
        : SentThisMonth > 0 ? $"{new ByteSize(SentThisMonth)} this month" : null;

    /// <summary>What it says is going to end its service, such as a token that ends; null when it says nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>What room it has, as it said within the last hour; null when it does not say.</summary>
    public RoomView? Room { get; init; }

    /// <summary>When it last did what was asked, UTC.</summary>
    public DateTimeOffset? LastOkAt { get; init; }

    /// <summary>Which machine it is on and how it flushes, as the end of a sentence that its name begins; null: neither is known.</summary>
    public string? Standing() => (Machine, Flushes) switch
    {
        (null, null) => null,
        (null, { } flushes) => $"flushes: {flushes}",
        ({ } machine, var flushes) => $"counts as {machine}{(flushes is null ? "" : $"; flushes: {flushes}")}",
    };

    /// <summary>Where one can look at a CID there, or null.</summary>
    public string? LinkTo(string cid) => Url is null ? null : $"{Url.TrimEnd('/')}/ipfs/{cid}";
}
