namespace Suites;

/// <summary>How a suite went.</summary>
/// <param name="Name">The test project's name.</param>
/// <param name="Tests">As they ended the first time.</param>
/// <param name="Flaky">Which of them failed, and passed when run again alone.</param>
/// <param name="Broken">Why the suite failed whatever its tests say; null when it came to its end.</param>
/// <param name="Took">The second runs included, without the waiting for a place.</param>
internal sealed record SuiteResult(
    string Name, IReadOnlyList<TestResult> Tests, IReadOnlyList<TestResult> Flaky, string? Broken, TimeSpan Took)
{
    public IEnumerable<TestResult> FailedTests => Tests.Where(t => t.Outcome == Outcome.Failed).Except(Flaky);

    public int Passed => Tests.Count(t => t.Outcome == Outcome.Passed) + Flaky.Count;

    /// <summary>A suite that did not come to its end counts as one more.</summary>
    public int Failed => FailedTests.Count() + (Broken is null ? 0 : 1);

    public int Skipped => Tests.Count(t => t.Outcome == Outcome.Skipped);
}
