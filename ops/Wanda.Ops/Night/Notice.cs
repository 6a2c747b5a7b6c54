using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Something that an operator should know, in a sentence.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">What happened, since when, and what comes next or what to do.</param>
/// <param name="Link">The console's page about it.</param>
public sealed record Notice(Severity Severity, string Text, string Link)
{
    /// <summary>What it is in a few words, for the sentence; null where the sentence says it by itself.</summary>
    public string? Brief { get; init; }
}
