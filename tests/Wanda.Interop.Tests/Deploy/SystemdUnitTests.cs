using System.Diagnostics;

namespace Wanda.Interop.Tests.Deploy;

/// <summary>systemd understands our units.</summary>
public sealed class SystemdUnitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-units-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("wanda.service")]
    [InlineData("wanda.service", "wanda-adopt.conf")]
    [InlineData("wanda-pinning-server.service")]
    [InlineData("wanda-ipfs.service")]
    public async Task A_unit_is_read_without_a_complaint(string unit, string? dropIn = null)
    {
        // Every program that a unit starts must be here: .NET, wherever it is.
        string text = await Shipped.ReadAsync(unit);
        string copy = Path.Combine(_folder, unit);
        await File.WriteAllTextAsync(copy, text.Instead("=/usr/bin/dotnet ", $"={Environment.ProcessPath} ")
            .Replace("=/var/lib/wanda/kubo.run/bin/ipfs ", $"={Environment.ProcessPath} ", StringComparison.Ordinal));
        if (dropIn is not null)
        {
            string beside = Directory.CreateDirectory($"{copy}.d").FullName;
            await File.WriteAllTextAsync(Path.Combine(beside, dropIn), await Shipped.ReadAsync(dropIn));
        }

        using var systemd = Process.Start(
            new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", copy]) { RedirectStandardError = true })!;

        string complaints = await systemd.StandardError.ReadToEndAsync();
        await systemd.WaitForExitAsync();

        Assert.Equal(("", 0), (complaints, systemd.ExitCode));
    }
}
