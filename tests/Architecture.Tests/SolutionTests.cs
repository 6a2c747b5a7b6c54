using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Architecture.Tests;

public partial class SolutionTests
{
    private static readonly string[] Folders = [".ci", ".github", "capture-producer", "contracts", "docs", "ops", "packages",
        "pinning-server", "tests", "workers"];

    [Fact]
    public void The_top_level_is_the_rooms() =>
        Report.Same(Folders, Repository.Files.Where(f => f.Contains('/')).Select(f => f[..f.IndexOf('/')]).Distinct());

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = SolutionProject().Matches(Repository.Text("Pipeline.sln")).Select(m => m.Groups[1].Value.Replace('\\', '/'));
        Report.Same(ProjectFile.All.Select(p => p.Path), solution);
    }

    [Fact]
    public void Every_room_has_tests_of_its_name()
    {
        // The command is tested from outside, as its users meet it: by Wanda.EndToEnd.Tests; contracts by the samples of them.
        var expected = ProjectFile.Rooms.Select(p => p.Name).Except(["Wanda.Cli", "Wanda.Contracts"])
            .Select(name => $"tests/{name}.Tests/{name}.Tests.csproj");
        Report.None(expected.Except(Repository.Files));
    }

    [Fact]
    public void Every_package_version_is_exact()
    {
        var props = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
        var versions = props.Descendants("PackageVersion")
            .ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value);
        Assert.NotEmpty(versions);
        foreach (var (package, version) in versions)
            Assert.True(ExactVersion().IsMatch(Resolve(version)), $"{package} is {version}; write [x.y.z].");

        string Resolve(string version) => Property().Replace(version, m => props.Descendants(m.Groups[1].Value).First().Value);
    }

    [Fact]
    public void MassTransit_stays_below_version_9()
    {
        // Version 9 is no longer under a free licence. The version can be set from outside for a try; its default counts.
        var props = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
        var versions = props.Descendants("PackageVersion")
            .Where(p => p.Attribute("Include")!.Value.StartsWith("MassTransit", StringComparison.Ordinal))
            .Select(p => p.Attribute("Version")!.Value).Append(props.Descendants("MassTransitVersion").Single().Value)
            .Where(v => !v.Contains("$(", StringComparison.Ordinal));
        Assert.All(versions, v => Assert.InRange(int.Parse(v.Trim('[', ']').Split('.')[0]), 1, 8));
    }

    [GeneratedRegex("""^Project\("[^"]*"\) = "[^"]*", "([^"]*\.csproj)",""", RegexOptions.Multiline)]
    private static partial Regex SolutionProject();

    [GeneratedRegex(@"^\[\d+\.\d+\.\d+(\.\d+)?(-[\w.]+)?\]$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Property();
}
