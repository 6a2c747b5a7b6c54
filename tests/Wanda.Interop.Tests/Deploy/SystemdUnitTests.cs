using System.Diagnostics;

namespace Wanda.Interop.Tests.Deploy;

/// <summary>systemd understands our units.</summary>
public sealed class SystemdUnitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-units-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Every unit that is shipped, and the node's with the part for a folder that it empties.</summary>
    public static TheoryData<string, string?> Units { get; } = new()
    {
        { "wanda.service", null },
        { "wanda.service", "wanda-adopt.conf" },
        { "wanda-pinning-server.service", null },
        { "wanda-ipfs.service", null },
    };

    [Fact]
    public void Every_unit_is_looked_at() => Assert.Equal(
        Shipped.Names("*.service").Order(), Units.Select(u => (string)u[0]!).Distinct().Order());

    /// <summary>How much of the machine a unit is exposed to, as systemd counts it: 0 to 10, and below 2.5 is what we ship.</summary>
    [Theory]
    [MemberData(nameof(Units))]
    public async Task A_unit_reaches_little_of_the_machine(string unit, string? dropIn)
    {
        string copy = await CopyAsync(unit, await Shipped.ReadAsync(unit), dropIn);
        // Tenths, and more than that is an error.
        var (told, code) = await AnalyzeAsync("security", "--offline=true", "--no-pager", "--threshold=24", copy);
        Assert.True(code == 0, told);
        Assert.Contains($"exposure level for {unit}", told, StringComparison.Ordinal);
    }

    /// <summary>
    /// What the filter of the node's unit has to let through besides: .NET and the demo of a whole night want nothing else.
    /// </summary>
    [Fact]
    public async Task The_node_may_ask_whether_the_clock_is_synchronised()
    {
        string unit = await Shipped.ReadAsync("wanda.service");
        Assert.Contains("SystemCallFilter=@system-service adjtimex clock_adjtime clock_adjtime64\n", unit, StringComparison.Ordinal);
        Assert.DoesNotContain("ProtectClock=true", unit, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Units))]
    public async Task A_unit_is_read_without_a_complaint(string unit, string? dropIn)
    {
        // Every program that a unit starts must be here: .NET, wherever it is.
        string text = await Shipped.ReadAsync(unit);
        string copy = await CopyAsync(unit, text.Instead("=/usr/bin/dotnet ", $"={Environment.ProcessPath} ")
            .Replace("=/var/lib/wanda/kubo.run/bin/ipfs ", $"={Environment.ProcessPath} ", StringComparison.Ordinal), dropIn);
        Assert.Equal(("", 0), await AnalyzeAsync("verify", "--man=no", copy));
    }

    private async Task<string> CopyAsync(string unit, string text, string? dropIn)
    {
        string copy = Path.Combine(_folder, unit);
        await File.WriteAllTextAsync(copy, text);
        if (dropIn is not null)
        {
            string beside = Directory.CreateDirectory($"{copy}.d").FullName;
            await File.WriteAllTextAsync(Path.Combine(beside, dropIn), await Shipped.ReadAsync(dropIn));
        }

        return copy;
    }

    private static async Task<(string Told, int Code)> AnalyzeAsync(params string[] arguments)
    {
        using var systemd = Process.Start(new ProcessStartInfo("systemd-analyze", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = systemd.StandardOutput.ReadToEndAsync(), errors = systemd.StandardError.ReadToEndAsync();
        await systemd.WaitForExitAsync();
        return (await output + await errors, systemd.ExitCode);
    }
}
