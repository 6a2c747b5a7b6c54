namespace Wanda.Custody;

/// <summary>Why the policy keeps a frame's local bytes. What it is in words is chosen where it is shown.</summary>
public abstract record Hold
{
    private Hold()
    {
    }

    /// <summary>The configuration releases nothing.</summary>
    public sealed record Never : Hold;

    /// <summary>It has no CID yet.</summary>
    public sealed record NoCid : Hold;

    /// <summary>The clock is not to be believed (law 10).</summary>
    /// <param name="Problem">Why not.</param>
    public sealed record Clock(ClockProblem Problem) : Hold;

    /// <summary>It is proven in too few failure domains.</summary>
    /// <param name="Proven">In how many it is.</param>
    /// <param name="Wanted">In how many it is to be.</param>
    /// <param name="Why">Why a copy that was proven does not count; null: there is none but those that do.</param>
    /// <param name="Destination">Where that copy is; null: any.</param>
    public sealed record TooFewCopies(int Proven, int Wanted, Uncounted? Why = null, string? Destination = null) : Hold;

    /// <summary>Its preview is not made yet.</summary>
    public sealed record Preview : Hold;

    /// <summary>A destination that can be reached does not have it yet.</summary>
    /// <param name="Destination">Its name.</param>
    public sealed record Unsettled(string Destination) : Hold;

    /// <summary>It is kept for some nights, or until space is needed.</summary>
    /// <param name="Count">How many.</param>
    public sealed record Nights(int Count) : Hold;
}

/// <summary>Why a copy that was proven does not count towards a release.</summary>
public enum Uncounted
{
    /// <summary>The proof is of another CID.</summary>
    OtherCid,

    /// <summary>The destination is not configured any more, or points elsewhere.</summary>
    Former,

    /// <summary>The destination is being emptied.</summary>
    Leaving,

    /// <summary>The proof has expired, or is dated in the future.</summary>
    NotInForce,

    /// <summary>The destination missed a copy since.</summary>
    Doubted,

    /// <summary>The copy is on this machine.</summary>
    ThisMachine,
}
