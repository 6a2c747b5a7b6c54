using System.CommandLine;

namespace Wanda.Cli.Verbs;

/// <summary>The options that every operator's verb takes.</summary>
/// <param name="Config">The configuration file.</param>
internal sealed record VerbOptions(Option<string?> Config)
{
    /// <summary>A data folder, when it is another one than the configuration's: a demo's, or a copy.</summary>
    public Option<string?> Data { get; } = new("--data")
    {
        Description = "A node's data folder, or a demo's, in place of the configuration's.",
        Recursive = true,
    };

    /// <summary>JSON in place of words.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Write JSON, for scripts.", Recursive = true };
}
