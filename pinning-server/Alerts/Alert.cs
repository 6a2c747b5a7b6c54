using Wanda.Notify;

namespace Wanda.PinningServer;

/// <summary>Something that wants the operator, as long as it is so.</summary>
/// <param name="Key">What it is about, such as <c>disk</c> or <c>silent/dome-1</c>.</param>
/// <param name="Grade">How bad it is, 1 or more; a higher one is told anew.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Title">One line.</param>
/// <param name="Text">What is known, and what to do.</param>
internal sealed record Alert(string Key, int Grade, NotificationSeverity Severity, string Title, string Text)
{
    /// <summary>Since when it is so.</summary>
    public DateTimeOffset Since { get; init; }
}

/// <summary>What a channel was told last of an alert that it was not told the end of.</summary>
internal sealed record ToldAlert(string Key, int Grade, string Title, DateTimeOffset Since);
