using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Something that an operator should know, in a sentence.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">What happened, and what comes next or what to do.</param>
/// <param name="Link">The console's page about it.</param>
public sealed record Notice(Severity Severity, string Text, string Link)
{
    /// <summary>Since when it is so, UTC; null where that is not on record, or the text tells a time of its own.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What it wants of somebody, where frames may wait for just that; null: something else.</summary>
    public Need? Need { get; init; }

    /// <summary>What it is in a few words, for the sentence; null where the sentence says it by itself.</summary>
    public string? Brief { get; init; }

    /// <summary>Since when, as a sentence of its own; null where there is none.</summary>
    public string? SinceWords(DateTimeOffset now, TimeZoneInfo zone) =>
        Since is { } at ? $"Since {OperatorTime.Clock(at, now, zone)}." : null;
}
