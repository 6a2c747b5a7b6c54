using Suites;

namespace Architecture.Tests.Suites;

/// <summary>What ops/test.sh tells of runs that went wrong in every way, over results as dotnet test writes them down.</summary>
public sealed class SuiteTests : IDisposable
{
    private const string Flaky = "FullyQualifiedName=N.A.Flaky&Rerun!=Never";

    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-suites-").FullName;
    private readonly List<string?> _runs = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_passes_fails_and_is_skipped_is_summed_up()
    {
        var run = await RunAsync(
            _ => new Trx().Passed("N.A.Good").Passed("N.A.Good2").Failed("N.A.Bad", "2 is not 3").Skipped("N.A.Later"));

        Assert.Equal("2 passed, 1 failed, 1 skipped", run[^1]);
        Assert.Equal(["FAILED N.A.Bad", "    2 is not 3"], run[^3..^1]);
    }

    [Fact]
    public async Task What_passes_when_run_again_alone_is_flaky_and_has_passed()
    {
        var run = await RunAsync(
            filter => filter is null
                ? new Trx().Passed("N.A.Good").Failed("N.A.Flaky", "too late\nby far")
                : new Trx().Passed("N.A.Flaky"));

        Assert.Equal(["FLAKY N.A.Flaky", "    too late", "    by far", "2 passed, 0 failed, 0 skipped"], run[^4..]);
        Assert.Equal([null, Flaky], _runs);
    }

    [Fact]
    public async Task Each_case_of_a_theory_counts_for_itself()
    {
        var run = await RunAsync(filter => filter is null
            ? new Trx().Failed("""N.A.Flaky(s: "a")""", "one").Failed("""N.A.Flaky(s: "b")""", "two")
            : new Trx().Failed("""N.A.Flaky(s: "a")""", "one again").Passed("""N.A.Flaky(s: "b")"""));

        Assert.Equal(["""FAILED N.A.Flaky(s: "a")""", "    one", """FLAKY N.A.Flaky(s: "b")""", "    two", "1 passed, 1 failed, 0 skipped"],
            run[^5..]);
        Assert.Equal([null, Flaky], _runs);
    }

    [Fact]
    public async Task What_may_not_run_again_has_failed()
    {
        var run = await RunAsync(filter => filter is null ? new Trx().Failed("N.A.Property", "falsifiable") : new Trx());

        Assert.Equal(["FAILED N.A.Property", "    falsifiable", "0 passed, 1 failed, 0 skipped"], run[^3..]);
    }

    [Fact]
    public async Task A_second_run_that_dies_excuses_nothing()
    {
        var run = await RunAsync(
            filter => filter is null ? new Trx().Failed("N.A.Flaky", "x") : new Trx().Passed("N.A.Flaky").Died("aborted"));

        Assert.Equal("0 passed, 1 failed, 0 skipped", run[^1]);
    }

    [Fact]
    public async Task A_suite_that_died_has_failed_and_nothing_of_it_is_flaky()
    {
        var run = await RunAsync(
            _ => new Trx().Passed("N.A.Good").Failed("N.A.Flaky", "x")
                .Died("The active test run was aborted. Reason: Test host process crashed"));

        Assert.Equal([null], _runs);
        Assert.Contains("BROKEN N.Tests", run);
        Assert.Contains("    The active test run was aborted. Reason: Test host process crashed", run);
        Assert.Equal("1 passed, 2 failed, 0 skipped", run[^1]);
    }

    [Theory]
    [InlineData(null, "it was not built, or ended before it wrote down any result")]
    [InlineData("<TestRun", "its results cannot be read: ")]
    public async Task A_suite_that_says_nothing_has_failed(string? trx, string why)
    {
        var run = await RunAsync(_ => trx is null ? null : new Trx { Text = trx });

        Assert.StartsWith($"    {why}", run[^2]);
        Assert.Equal("0 passed, 1 failed, 0 skipped", run[^1]);
    }

    [Fact]
    public async Task A_suite_without_tests_has_failed() => Assert.Equal("    it ran no test", (await RunAsync(_ => new Trx()))[^2]);

    [Fact]
    public async Task An_exit_code_that_no_test_explains_is_a_failure()
    {
        var run = await RunAsync(_ => new Trx { ExitCode = 134 }.Passed("N.A.Good"));

        Assert.Equal(["BROKEN N.Tests", "    it ended with exit code 134", "1 passed, 1 failed, 0 skipped"], run[^3..]);
    }

    [Fact]
    public async Task Where_much_fails_nothing_is_run_again()
    {
        var many = Enumerable.Range(0, Suite.MostReruns + 1).Aggregate(new Trx(), (trx, i) => trx.Failed($"N.A.T{i}", "x"));

        Assert.Equal($"0 passed, {Suite.MostReruns + 1} failed, 0 skipped", (await RunAsync(_ => many))[^1]);
        Assert.Equal([null], _runs);
    }

    [Fact]
    public async Task Several_suites_are_one_sum()
    {
        var good = await SuiteOf("A.Tests", _ => new Trx().Passed("N.A.Good")).RunAsync(null, _folder);
        var bad = await SuiteOf("B.Tests", _ => null).RunAsync(null, _folder);

        Assert.Equal("1 passed, 1 failed, 0 skipped", Told(good, bad)[^1]);
    }

    private async Task<string[]> RunAsync(Func<string?, Trx?> results) =>
        Told(await SuiteOf("N.Tests", results).RunAsync(null, _folder));

    private Suite SuiteOf(string name, Func<string?, Trx?> results) => new(name, async (filter, file) =>
    {
        _runs.Add(filter);
        if (results(filter) is not { } trx)
            return 1;
        await File.WriteAllTextAsync(file, trx.Text);
        return trx.ExitCode;
    }, new Places(1));

    private static string[] Told(params SuiteResult[] suites)
    {
        var output = new StringWriter { NewLine = "\n" };
        global::Suites.Report.Write(output, suites);
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
