using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>
/// ARCHITECTURE.md is the one place that says what a law is, and which tests hold it. Whatever cites one is held against that page.
/// </summary>
public partial class LawTests
{
    private const string Page = "ARCHITECTURE.md";

    private static readonly IReadOnlyList<Match> Laws = Law().Matches(Repository.Text(Page));

    private static readonly ILookup<string, string> TestClasses = Repository.FilesOf(".cs")
        .Where(f => f.StartsWith("tests/", StringComparison.Ordinal))
        .SelectMany(f => Class().Matches(Repository.Text(f)).Select(m => (Name: m.Groups[1].Value, File: f)))
        .ToLookup(c => c.Name, c => c.File);

    [Fact]
    public void The_laws_are_twelve_and_in_order() => Assert.Equal(Enumerable.Range(1, 12), Laws.Select(Number));

    [Fact]
    public void Every_law_that_is_cited_is_on_the_page()
    {
        var numbers = Laws.Select(Number).ToHashSet();
        var cited = from file in Repository.Texts
                    from Match citation in Citation().Matches(Repository.Text(file))
                    from Capture number in citation.Groups["number"].Captures
                    select (file, citation.Value, number: int.Parse(number.Value));
        Report.None(cited.Where(c => !numbers.Contains(c.number)).Select(c => $"{c.file}: there is no \"{c.Value}\"."));
        Assert.True(cited.Count() > 100, "The laws are cited all over the code; hardly any citation was found.");
    }

    [Fact]
    public void Every_law_names_tests_and_every_test_that_is_named_is_there()
    {
        Report.None(Laws.Where(law => !NamedTest().IsMatch(law.Groups["tests"].Value)).Select(law => $"Law {Number(law)} names no test."));
        Report.None(NamedTest().Matches(Repository.Text(Page)).Where(named => !IsThere(named))
            .Select(named => $"There is no {named.Value} below tests/."));
    }

    [Fact]
    public void The_readme_gives_its_promises_no_numbers_of_its_own()
    {
        var readme = Repository.Text("README.md");
        Report.None(NumberedLine().Matches(readme).Select(m => $"README.md: {m.Value}"));
        Assert.Matches(Citation(), readme);
    }

    [Fact]
    public void The_table_of_rooms_is_the_projects() =>
        Report.Same(ProjectFile.Rooms.Select(p => p.Name), Room().Matches(Repository.Text(Page)).Select(m => m.Groups[1].Value));

    private static int Number(Match law) => int.Parse(law.Groups["number"].Value);

    private static bool IsThere(Match named) =>
        TestClasses[named.Groups["class"].Value].Any(file => !named.Groups["method"].Success
            || Regex.IsMatch(Repository.Text(file), $@"\b(void|Task) {named.Groups["method"].Value}\("));

    [GeneratedRegex(@"^### Law (?<number>\d+)\. .+?^- Tests: (?<tests>.+?)(?=^#|^- Not yet|\z)",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Law();

    [GeneratedRegex(@"\blaws?\s+(?<number>\d+)((,|,? and)\s+(?<number>\d+))*", RegexOptions.IgnoreCase)]
    private static partial Regex Citation();

    [GeneratedRegex(@"`(?<class>\w+(Tests|_Specs|Contract))(\.(?<method>\w+))?`")]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"^\s*\d+[.)] .*$", RegexOptions.Multiline)]
    private static partial Regex NumberedLine();

    [GeneratedRegex(@"^\| (?:`[\w-]+/`)? ?\| `([\w.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Room();
}
