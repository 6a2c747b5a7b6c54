using System.Text.RegularExpressions;

namespace Architecture.Tests;

public partial class SourceTests
{
    private const int MaxLines = 300;

    // Longer than one review can hold, and why; empty is best.
    private static readonly string[] LongFiles = [];

    private static readonly string[] CodeExtensions = [".cs", ".razor", ".css", ".js", ".mjs", ".sh"];

    [Fact]
    public void No_file_outgrows_a_review()
    {
        var longer = Repository.FilesOf(CodeExtensions).Where(f => Repository.Text(f).AsSpan().Count('\n') > MaxLines);
        Report.Same(LongFiles, longer);
    }

    /// <summary>As <c>dotnet format</c> sorts them, which ops/test.sh asks of white space alone: the build holds the rest.</summary>
    [Fact]
    public void Using_directives_are_sorted()
    {
        var loose = from file in Repository.FilesOf(".cs")
                    let usings = Repository.Code(file).TakeWhile(l => !l.Text.StartsWith("namespace ", StringComparison.Ordinal))
                        .Select(l => Using().Match(l.Text)).Where(m => m.Success).ToList()
                    let sorted = usings.OrderBy(m => m.Groups["alias"].Success ? 2 : m.Groups["static"].Success ? 1 : 0)
                        .ThenBy(m => m.Groups["system"].Success ? 0 : 1)
                        // Part by part: a dot comes before every letter.
                        .ThenBy(m => $"{m.Groups["alias"]}{m.Groups["name"]}".Replace('.', '\0'), StringComparer.OrdinalIgnoreCase)
                    from pair in usings.Zip(sorted).Where(pair => pair.First != pair.Second).Take(1)
                    select $"{file}: {pair.First.Value} stands where {pair.Second.Value} is to stand";
        Report.None(loose);
    }

    [Fact]
    public void No_test_is_skipped_without_a_reason()
    {
        var silent = Repository.FilesOf(".cs")
            .Where(f => f.StartsWith("tests/", StringComparison.Ordinal) && !f.EndsWith("/SourceTests.cs", StringComparison.Ordinal))
            .SelectMany(
                f => Skip().Matches(Repository.Text(f)).Where(m => m.Groups["reason"].Value.Length < 15).Select(m => $"{f}: {m.Value}"));
        Report.None(silent);
    }

    [Fact]
    public void No_file_names_the_machine_it_was_written_on()
    {
        var named = from file in Repository.Texts
                    where !file.EndsWith("/SourceTests.cs", StringComparison.Ordinal)
                    from line in File.ReadLines(Path.Combine(Repository.Root, file)).Select((text, i) => (text, number: i + 1))
                    where MachinePath().IsMatch(line.text) || line.text.Contains(Repository.Root + '/', StringComparison.Ordinal)
                    select $"{file}:{line.number}: {line.text.Trim()}";
        Report.None(named);
    }

    /// <summary>Law 12: MassTransit tells its vendor of every bus that a container makes, unless it is told not to.</summary>
    [Fact]
    public void No_bus_that_we_ship_sends_usage_telemetry()
    {
        var buses = Repository.ProductCode.Where(f => Repository.Code(f).Any(line => Bus().IsMatch(line.Text))).ToList();
        Assert.NotEmpty(buses);
        Report.None(
            buses.Where(f => !Repository.Code(f).Any(line => line.Text.Contains(".DisableUsageTelemetry()", StringComparison.Ordinal))));
    }

    [Fact]
    public void Npm_packages_come_from_wherever_the_users_registry_is()
    {
        // A "resolved" address in a lock file would pin the registry of whoever made it; the integrity hash pins the content.
        foreach (var file in Repository.Files.Where(f => f.EndsWith("package-lock.json", StringComparison.Ordinal)))
        {
            var foreign = Resolved().Matches(Repository.Text(file)).Select(m => $"{file}: {m.Groups[1].Value}");
            Report.None(foreign);
        }
    }

    /// <summary>The other half is the compiler's: <c>ReadmeSample.cs</c> and <c>DocsSample.cs</c> are part of a test project.</summary>
    [Fact]
    public void The_code_in_every_readme_and_in_the_docs_of_packages_is_code_that_compiles()
    {
        var samples = string.Join('\n',
            Repository.Files.Where(f => Path.GetFileName(f) is "ReadmeSample.cs" or "DocsSample.cs")
                .Select(f => Squeeze(Repository.Text(f))));
        var loose = from file in Repository.Files.Where(f => Path.GetFileName(f) == "README.md" || PackageDocs().IsMatch(f))
                    from Match block in CSharpBlock().Matches(Repository.Text(file))
                    where !samples.Contains(Squeeze(block.Groups[1].Value), StringComparison.Ordinal)
                    select $"{file}: no ReadmeSample.cs or DocsSample.cs under tests/ has this code:\n{block.Groups[1].Value}";
        Report.None(loose);
        Assert.NotEmpty(samples);
    }

    // Without using directives: a sample's stand at the top of its file.
    private static string Squeeze(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !UsingDirective().IsMatch(line)));

    [GeneratedRegex("""\bSkip\s*=\s*"(?<reason>[^"]*)"|\bSkip\.If(Not)?\([^;"]*(?<reason>("[^;]*)?)\);""")]
    private static partial Regex Skip();

    [GeneratedRegex(@"\.AddMassTransit(TestHarness)?[<(]|\bBus\.Factory\.Create|\bBusFactory\.Create")]
    private static partial Regex Bus();

    [GeneratedRegex(@"(?<![\w.~-])(/home/(?!(pi|wanda|astro|USER)\b)\w|/root/|/Users/)|[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex("\"resolved\":\\s*\"https?://([^/\"]+)")]
    private static partial Regex Resolved();

    [GeneratedRegex(@"^packages/[\w.]+/docs/[\w.-]+\.md$")]
    private static partial Regex PackageDocs();

    [GeneratedRegex(@"^using (?<static>static )?((?<alias>\w+) = )?(?<name>(?<system>System\b)?[\w.]*);$")]
    private static partial Regex Using();

    [GeneratedRegex(@"^using [\w.]+;$")]
    private static partial Regex UsingDirective();

    [GeneratedRegex("```(?:csharp|cs|c#)\r?\n(.*?)```", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex CSharpBlock();
}
