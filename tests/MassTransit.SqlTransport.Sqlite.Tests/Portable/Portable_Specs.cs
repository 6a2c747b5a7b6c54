using System.Diagnostics;

namespace MassTransit.SqlTransport.Sqlite.Tests.Portable;

/// <summary>
/// The specs of what processes share, once more with everything off that only POSIX has: locks by exclusive opening, no inodes, and named
/// pipes or nothing to wake one another.
/// </summary>
public sealed class Portable_Specs
{
    private const string Shared = "Crash_Specs|Race_Specs|Consuming_Specs|Scheduling_Specs|SqliteFileTests|Portable_Twins";

    [SkippableTheory]
    [InlineData("pipes", Shared + "|Leftovers_Specs")]
    [InlineData("polling", Shared)]
    public async Task The_specs_hold_without_what_only_posix_has(string without, string specs)
    {
        Skip.If(PortableRun.Asked is not null, "This is that run.");
        var start = new ProcessStartInfo("dotnet",
            ["test", typeof(Portable_Specs).Assembly.Location, "--filter",
                string.Join('|', specs.Split('|').Select(name => $"FullyQualifiedName~{name}"))])
        {
            RedirectStandardOutput = true,
            Environment = { [PortableRun.Variable] = without },
        };
        using var run = Process.Start(start)!;
        var said = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, said);
        Assert.Contains("Passed!", said, StringComparison.Ordinal);
    }
}
