namespace Wanda.PinningServer;

/// <summary>The server was not started because its options are wrong.</summary>
/// <param name="errors">One sentence a mistake: the key, what it says, what to write.</param>
public sealed class PinningServerOptionsException(IReadOnlyList<string> errors)
    : Exception("The pinning server's configuration is wrong:\n" + string.Join('\n', errors))
{
    /// <summary>One sentence a mistake.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
