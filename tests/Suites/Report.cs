namespace Suites;

/// <summary>The end of a run: seconds, what failed, what is flaky, and in the last line the sum.</summary>
internal static class Report
{
    private const int Slowest = 10;
    private const int MostLines = 10;

    public static void Write(TextWriter output, IReadOnlyList<SuiteResult> suites)
    {
        output.WriteLine("\nSeconds of each suite:");
        foreach (var suite in suites)
            output.WriteLine(Seconds(suite.Took, $"{suite.Name} ({suite.Tests.Count} tests)"));
        output.WriteLine("Slowest tests:");
        foreach (var test in suites.SelectMany(s => s.Tests).OrderByDescending(t => t.Took).Take(Slowest))
            output.WriteLine(Seconds(test.Took, test.Name));
        output.WriteLine();
        foreach (var suite in suites)
        {
            if (suite.Broken is not null)
                Write(output, $"BROKEN {suite.Name}", suite.Broken);
            foreach (var test in suite.FailedTests)
                Write(output, $"FAILED {test.Name}", test.Message);
        }

        foreach (var test in suites.SelectMany(s => s.Flaky))
            Write(output, $"FLAKY {test.Name}", test.Message);
        output.WriteLine($"{suites.Sum(s => s.Passed)} passed, {suites.Sum(s => s.Failed)} failed, {suites.Sum(s => s.Skipped)} skipped");
    }

    private static string Seconds(TimeSpan took, string what) => FormattableString.Invariant($"{took.TotalSeconds,8:0.0}  {what}");

    private static void Write(TextWriter output, string what, string why)
    {
        output.WriteLine(what);
        foreach (var line in why.ReplaceLineEndings("\n").Split('\n').Take(MostLines))
            output.WriteLine($"    {line.TrimEnd()}");
    }
}
