using System.Diagnostics;
using System.Reflection;

namespace Wanda.Interop.Tests;

/// <summary>Runs a script of <c>peers/</c> under Node, after <c>npm ci</c> when the lock file has changed since the last one.</summary>
internal static class NodePeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string Folder = Path.Combine(
        typeof(NodePeer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!,
        "tests", "Wanda.Interop.Tests", "peers");

    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>Runs a script.</summary>
    /// <param name="script">Its file name in <c>peers/</c>.</param>
    /// <param name="input">What it reads on its standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its standard output, trimmed.</returns>
    /// <exception cref="PeerException">It ended with another exit code than 0.</exception>
    public static async Task<string> RunAsync(string script, string input, params string[] arguments)
    {
        await Installed.Value;
        return await ExecuteAsync("node", input, ["--require", "./polyfill.cjs", script, .. arguments]);
    }

    private static async Task InstallAsync()
    {
        string wanted = Path.Combine(Folder, "package-lock.json");
        string done = Path.Combine(Folder, "node_modules", ".installed");
        if (!File.Exists(done) || File.GetLastWriteTimeUtc(done) < File.GetLastWriteTimeUtc(wanted))
        {
            await ExecuteAsync("npm", "", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            await File.WriteAllTextAsync(done, "");
        }
    }

    private static async Task<string> ExecuteAsync(string program, string input, string[] arguments)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0 ? (await output).Trim() : throw new PeerException($"{program} {string.Join(' ', arguments)} in {Folder}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

/// <summary>A peer did not accept what it was given; the message is its own.</summary>
public sealed class PeerException(string message) : Exception(message);
