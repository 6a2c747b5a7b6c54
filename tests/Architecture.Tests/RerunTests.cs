using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>
/// A test that failed is run again, to tell an accident from a fault. What finds faults by chance is not: a property, a model, a power cut,
/// a kill or another make's program that failed once has found one, which a second run may miss.
/// </summary>
public partial class RerunTests
{
    private static readonly string[] WholeSuites = ["Wanda.EndToEnd.Tests", "Wanda.Interop.Tests"];

    private static IEnumerable<string> Tests => Repository.FilesOf(".cs").Where(f => f.StartsWith("tests/", StringComparison.Ordinal));

    [Fact]
    public void What_finds_faults_by_chance_is_not_run_again()
    {
        var suites = WholeSuites.Select(suite => $"tests/{suite}/").ToList();
        Report.None(
            suites.Where(suite => !Repository.Text($"{suite}AssemblyInfo.cs")
                .Contains("""[assembly: AssemblyTrait("Rerun", "Never")]""", StringComparison.Ordinal)));
        Report.None(from file in Tests
                    where !suites.Any(suite => file.StartsWith(suite, StringComparison.Ordinal))
                        && !file.EndsWith("/RerunTests.cs", StringComparison.Ordinal)
                    let text = Repository.Text(file)
                    where Test().IsMatch(text) && Rig().IsMatch(text)
                        && !text.Contains("""[Trait("Rerun", "Never")]""", StringComparison.Ordinal)
                    select $"{file} uses {Rig().Match(text).Value}: write [Trait(\"Rerun\", \"Never\")] on its class.");
    }

    /// <summary>What is random comes from <c>Tests.Shared/Seed.cs</c>, which tells its seed when a test fails and takes it again.</summary>
    [Fact]
    public void Every_seed_is_told_and_can_be_given_again() =>
        Report.None(from file in Tests
                    where file.Contains(".Tests/", StringComparison.Ordinal) && !file.EndsWith("/RerunTests.cs", StringComparison.Ordinal)
                    from line in Repository.Code(file)
                    where Unseeded().IsMatch(line.Text)
                    select $"{file}:{line.Number}: {line.Text.Trim()}");

    [GeneratedRegex(@"\[(Skippable)?(Fact|Theory)\b")]
    private static partial Regex Test();

    [GeneratedRegex(@"\.MustHold\(|\bSeed\.|\bFuzz\.|\b(FsCheck|PowerCut|ModelRun|CrashWriter|ServerProcess|ChildProcess|WandaProcess)\b")]
    private static partial Regex Rig();

    [GeneratedRegex(@"\bnew Random\(\)|\bRandom\.Shared\b|CheckThrowOnFailure\b|\bQuickThrowOnFailure\b|\bCheck\.(One|Quick|All|Method)")]
    private static partial Regex Unseeded();
}
