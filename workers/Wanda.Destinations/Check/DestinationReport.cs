namespace Wanda.Destinations;

/// <summary>What came of a step.</summary>
public enum CheckOutcome
{
    /// <summary>It is as it should be.</summary>
    Passed,

    /// <summary>Frames go there all the same; somebody should look.</summary>
    Warning,

    /// <summary>It keeps frames from going there, or from being proven.</summary>
    Failed,

    /// <summary>It was not tried; the text says why.</summary>
    Skipped,
}

/// <summary>One thing that was looked at on the way to a destination.</summary>
/// <param name="Name">What, in a word or two; scripts may go by it.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Saw">What was seen, or why it was not tried; never a secret.</param>
/// <param name="Do">What to do; null where nothing is.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record CheckStep(string Name, CheckOutcome Outcome, string Saw, string? Do, double Seconds)
{
    /// <summary>
    /// It was seen from the machine that the server is on, and tells nothing of the way that others take: router, firewall, outer DNS.
    /// </summary>
    public bool FromServersMachine { get; init; }
}

/// <summary>What a node found when it went to one of its destinations as it is configured.</summary>
/// <param name="Destination">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Steps">In the order in which they were taken.</param>
public sealed record DestinationReport(string Destination, string Kind, IReadOnlyList<CheckStep> Steps)
{
    /// <summary>The piece that is broken; null when frames can go there.</summary>
    public CheckStep? Broken => Steps.FirstOrDefault(s => s.Outcome == CheckOutcome.Failed);

    /// <summary>What it comes to.</summary>
    public string Sentence => (Broken, Steps.Count(s => s.Outcome == CheckOutcome.Warning)) switch
    {
        ({ } broken, _) => $"{Destination} is broken at \"{broken.Name}\": it {broken.Saw}",
        (_, 0) => $"{Destination} works.",
        (_, 1) => $"{Destination} works, with one warning.",
        var (_, warnings) => $"{Destination} works, with {warnings} warnings.",
    };
}
