namespace Suites;

/// <summary>How one test ended.</summary>
/// <param name="FullName">Class and method, by which a filter finds it. Every case of a theory has the same.</param>
/// <param name="Name">As it is shown: a case of a theory with its arguments.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Took">How long it ran.</param>
/// <param name="Message">Why it failed; empty when it did not.</param>
internal sealed record TestResult(string FullName, string Name, Outcome Outcome, TimeSpan Took, string Message);

internal enum Outcome
{
    Passed,
    Failed,
    Skipped,
}
