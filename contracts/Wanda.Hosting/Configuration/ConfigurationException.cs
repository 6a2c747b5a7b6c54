namespace Wanda.Hosting;

/// <summary>The configuration cannot be used. Each line names a key and says what to write.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> problems)
    : Exception("The configuration cannot be used:\n" + string.Join('\n', problems.Select(p => "  " + p)))
{
    /// <summary>The problems, one a key.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
