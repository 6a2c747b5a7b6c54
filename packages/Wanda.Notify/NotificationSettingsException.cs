namespace Wanda.Notify;

/// <summary>Settings of channels are wrong. Each error says which setting, without repeating it, and what to write instead.</summary>
/// <param name="errors">What is wrong, each a sentence or two.</param>
public sealed class NotificationSettingsException(IReadOnlyList<string> errors) : ArgumentException(string.Join(' ', errors))
{
    /// <summary>What is wrong, each a sentence or two.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
