namespace Suites;

/// <summary>Runs a suite's tests; what failed is run again, alone and with the same seed.</summary>
/// <param name="name">The test project's name.</param>
/// <param name="run">Runs the tests that a filter finds (null: all) and has their results written to the file; gives the exit code.</param>
/// <param name="places">How many suites run at a time. What is run again has the machine for itself.</param>
/// <param name="alone">Whether it has so from the start.</param>
internal sealed class Suite(string name, Func<string?, string, Task<int>> run, Places places, bool alone = false)
{
    private TimeSpan _took;

    /// <summary>More than these that fail are no accident, and waiting for them to fail again would take long.</summary>
    public const int MostReruns = 10;

    /// <summary>
    /// A property, a model, a power cut, a kill or another make's program that failed once has found something: a second run would hide it.
    /// </summary>
    private const string MayRunAgain = "Rerun!=Never";

    /// <param name="filter">Finds the tests to run; null for all.</param>
    /// <param name="folder">Where the files of results go.</param>
    public async Task<SuiteResult> RunAsync(string? filter, string folder)
    {
        var first = await RunAsync(filter, folder, name, alone);
        List<TestResult> flaky = [];
        var failed = first.Tests.Where(t => t.Outcome == Outcome.Failed).ToList();
        if (first.Broken is null && failed.Count <= MostReruns)
        {
            foreach (var test in failed.GroupBy(t => t.FullName))
            {
                var second = await RunAsync($"FullyQualifiedName={Escape(test.Key)}&{MayRunAgain}", folder, $"{name}.{test.Key}",
                    alone: true);
                if (second.Broken is null)
                    flaky.AddRange(test.Where(t => second.Tests.Any(again => again.Name == t.Name && again.Outcome == Outcome.Passed)));
            }
        }

        return new SuiteResult(name, first.Tests, flaky, first.Broken, _took);
    }

    /// <summary>A filter that finds the tests whose full name has <paramref name="part"/>.</summary>
    public static string FilterOf(string part) => $"FullyQualifiedName~{Escape(part)}";

    private async Task<RunResults> RunAsync(string? filter, string folder, string file, bool alone)
    {
        var path = Path.Combine(folder, $"{file}.trx");
        var exitCode = await places.TakeAsync(alone, async () =>
        {
            var began = TimeProvider.System.GetTimestamp();
            var ended = await run(filter, path);
            _took += TimeProvider.System.GetElapsedTime(began);
            return ended;
        });
        var results = RunResults.Read(path);
        if (results.Broken is null && results.Tests.Count == 0)
            return results with { Broken = filter is null ? "it ran no test" : $"no test is found by {filter}" };
        return results.Broken is null && exitCode != 0 && results.Tests.All(t => t.Outcome != Outcome.Failed)
            ? results with { Broken = $"it ended with exit code {exitCode}" }
            : results;
    }

    private static string Escape(string name) => string.Concat(name.Select(c => @"\()&|=!~".Contains(c) ? $@"\{c}" : $"{c}"));
}
