using System.Diagnostics;
using System.Reflection;

namespace Wanda.Ops.Tests.Cli;

/// <summary>The built command, run as a process.</summary>
internal static class WandaCommand
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>The program.</summary>
    public static readonly string Executable = typeof(WandaCommand).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "WandaCommand").Value!;

    public static async Task<(int Code, string Out, string Error)> RunAsync(string workingFolder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder,
        };
        start.Environment.Remove("WANDA_CONFIG");
        start.Environment["TZ"] = "UTC";
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(Bound);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(bound.Token), process.StandardError.ReadToEndAsync(bound.Token));
        await process.WaitForExitAsync(bound.Token);
        return (process.ExitCode, await output, await error);
    }
}
