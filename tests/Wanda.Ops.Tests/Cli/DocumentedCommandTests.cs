using System.Reflection;
using System.Text.RegularExpressions;

namespace Wanda.Ops.Tests.Cli;

/// <summary>Whoever types what a document shows is understood: the command is there, and so is each option.</summary>
public sealed partial class DocumentedCommandTests
{
    private static readonly string Root =
        typeof(DocumentedCommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "RepositoryRoot").Value!;

    private readonly Dictionary<string, string> _helps = [];

    [Fact]
    public async Task Every_command_that_a_document_shows_is_there_with_its_options()
    {
        var shown = new[] { "README.md", "CONTRIBUTING.md", "ops/README.md", "pinning-server/README.md" }
            .Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(Root, f)))
            .SelectMany(document => Commands(File.ReadAllText(Path.Combine(Root, document))).Select(command => (document, command)))
            .ToList();
        var wrong = new List<string>();
        foreach (var (document, command) in shown)
            wrong.AddRange((await ProblemsAsync(command)).Select(problem => $"{document}: {command.Value}: {problem}"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(shown.Count > 50, $"only {shown.Count} commands were found");
    }

    /// <summary>In blocks of shell, without their comments, and in code within a line.</summary>
    private static IEnumerable<Match> Commands(string document) =>
        ShellBlock().Matches(document).SelectMany(block => Comment().Replace(block.Groups[1].Value, "").Split('\n'))
            .Concat(Span().Matches(ShellBlock().Replace(document, "")).Select(span => span.Groups[1].Value))
            .SelectMany(line => Command().Matches(line));

    private async Task<List<string>> ProblemsAsync(Match command)
    {
        var verb = command.Groups["verb"].Value;
        if (!Subcommands(await HelpAsync()).Contains(verb))
            return [$"there is no command {verb}"];
        var help = await HelpAsync(verb);
        var known = Subcommands(help);
        // "ls | show ID": the words after a bar are verbs of the same group.
        var words = command.Groups["second"].Captures
            .Concat(Alternative().Matches(command.Groups["rest"].Value).Select(m => (Capture)m.Groups[1]))
            .SelectMany(c => c.Value.Split('|')).Where(_ => known.Count > 0).ToList();
        foreach (var word in words.Where(known.Contains))
            help += await HelpAsync(verb, word);
        return [.. words.Except(known).Select(word => $"{verb} has no {word}"),
            .. Option().Matches(command.Groups["rest"].Value).Select(m => m.Value).Where(option => !help.Contains(option))
                .Select(option => $"there is no {option}")];
    }

    private async Task<string> HelpAsync(params string[] words)
    {
        var key = string.Join(' ', words);
        if (!_helps.TryGetValue(key, out var help))
            _helps[key] = help = (await WandaCommand.RunHereAsync([.. words, "--help"])).Out;
        return help;
    }

    private static HashSet<string> Subcommands(string help) =>
        help.Split("\nCommands:") is [_, var list] ? [.. Listed().Matches(list).Select(m => m.Groups[1].Value)] : [];

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"\s#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("`(wanda [^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(
        @"(?:(?<!-u |[/\w.-])wanda|ops/run\.sh|wanda\.dll) (?<verb>[a-z][a-z-]+)(?<rest>(?: (?<second>[a-z]+(?:\|[a-z]+)*)(?=\s|$))?.*)")]
    private static partial Regex Command();

    // After "-", standard output, the bar is a pipe.
    [GeneratedRegex(@"(?<! -) \| ([a-z]+)\b")]
    private static partial Regex Alternative();

    [GeneratedRegex("--[a-z][a-z-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"^  ([a-z][a-z-]*)\s", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
