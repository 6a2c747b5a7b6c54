using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Why the clock is not believed, in words.</summary>
public static class ClockWords
{
    /// <summary>Why, and what to do: sentences of which the first begins with a small letter.</summary>
    public static string Of(ClockProblem problem) => problem.Code switch
    {
        ClockCode.WentBack => $"the clock says {problem.Clock:u}, which is before {problem.Newest:u}, the newest time on record: it went "
            + "back. Set it, or let NTP set it; if it is right now, and was wrong before, run 'wanda clock accept'.",
        ClockCode.FarAhead => $"the clock says {problem.Clock:u}, {(problem.Clock - problem.Newest)?.TotalDays:N0} days after "
            + $"{problem.Newest:u}, the newest time on record, and is not synchronised. Set it, or let NTP set it; if it is right, run "
            + "'wanda clock accept'.",
        _ => "the clock is not synchronised yet. Connect the network, or set \"clock.requireSync\" to false if this machine keeps time by "
            + "other means.",
    };
}
