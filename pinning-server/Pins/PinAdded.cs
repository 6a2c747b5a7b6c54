namespace Wanda.PinningServer;

/// <summary>What became of a pin that was to be stored.</summary>
internal enum PinOutcome
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>The node had the same.</summary>
    Known,

    /// <summary>The node had the same, had ended it, and it was kept still.</summary>
    StandsAgain,
}

/// <summary>What became of a pin that was to be stored.</summary>
/// <param name="Pin">The one that stands.</param>
/// <param name="Outcome">Which it is.</param>
/// <param name="Replaced">Pins whose bytes were lost, which it takes the place of.</param>
internal sealed record PinAdded(Pin Pin, PinOutcome Outcome, IReadOnlyList<Pin> Replaced);
