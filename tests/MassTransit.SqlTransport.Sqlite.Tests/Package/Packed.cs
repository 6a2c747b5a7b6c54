using System.Diagnostics;

namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

/// <summary>The package as others install it, packed from what was built with these tests.</summary>
internal static class Packed
{
    public static async Task IntoAsync(string folder, string? version = null)
    {
        string[] named = version is null ? [] : [$"-p:PackageVersion={version}"];
        await DotnetAsync(Repository.Root,
            ["pack", "packages/MassTransit.SqlTransport.Sqlite", "--no-build", "-c",
                new DirectoryInfo(AppContext.BaseDirectory).Name, "-o", folder, .. named]);
    }

    /// <returns>What it said.</returns>
    public static async Task<string> DotnetAsync(string folder, string[] arguments)
    {
        using var dotnet = Process.Start(
            new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var said = await dotnet.StandardOutput.ReadToEndAsync();
        await dotnet.WaitForExitAsync();
        Assert.True(dotnet.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {said}");
        return said;
    }
}
