using System.Diagnostics;

namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>Programs of the system.</summary>
internal static class Shell
{
    /// <summary>Runs one to its end, which must be a good one.</summary>
    /// <returns>What it wrote.</returns>
    public static Task<string> RunAsync(string program, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(program, arguments));

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    public static async Task<string> RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(process.ExitCode == 0,
            $"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {await output}{await errors}");
        return await output;
    }
}
