using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;

namespace Wanda.Interop.Tests;

/// <summary>
/// Runs a script of <c>peers/</c> under Node, after <c>npm ci</c> in the script's folder when the lock file there has changed since the
/// last one.
/// </summary>
internal static class NodePeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Where the scripts are.</summary>
    public static readonly string Folder = Path.Combine(
        typeof(NodePeer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!,
        "tests", "Wanda.Interop.Tests", "peers");

    private static readonly ConcurrentDictionary<string, Lazy<Task>> Installed = new();

    /// <summary>Runs a script.</summary>
    /// <param name="script">Its path in <c>peers/</c>.</param>
    /// <param name="input">What it reads on its standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its standard output, trimmed.</returns>
    /// <exception cref="PeerException">It ended with another exit code than 0.</exception>
    public static async Task<string> RunAsync(string script, string input, params string[] arguments)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Folder, script))!;
        await InstallAsync(folder);
        return await ExecuteAsync(folder, "node", input,
            ["--require", Path.Combine(Folder, "polyfill.cjs"), Path.GetFileName(script), .. arguments]);
    }

    /// <summary>Makes the packages of a folder of <c>peers/</c> be there.</summary>
    public static Task InstallAsync(string folder) =>
        Installed.GetOrAdd(Path.Combine(Folder, folder), f => new(() => CheckAsync(f))).Value;

    private static async Task CheckAsync(string folder)
    {
        string wanted = Path.Combine(folder, "package-lock.json");
        string done = Path.Combine(folder, "node_modules", ".installed");
        if (!File.Exists(done) || File.GetLastWriteTimeUtc(done) < File.GetLastWriteTimeUtc(wanted))
        {
            await ExecuteAsync(folder, "npm", "", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            await File.WriteAllTextAsync(done, "");
        }
    }

    private static async Task<string> ExecuteAsync(string folder, string program, string input, string[] arguments)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
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
            return process.ExitCode == 0
                ? (await output).Trim()
                : throw new PeerException($"{program} {string.Join(' ', arguments)} in {folder}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}

/// <summary>A peer did not accept what it was given; the message is its own.</summary>
public sealed class PeerException(string message) : Exception(message);
