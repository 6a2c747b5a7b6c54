using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Benchmarks.Ipfs;

/// <summary>
/// npm's ipfs-unixfs-importer, of the interop tests' peers; it is measured inside its own process, without the start of Node.
/// </summary>
internal static class JsImporter
{
    private static readonly string Folder = Path.Combine(
        typeof(JsImporter).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!,
        "tests", "Wanda.Interop.Tests", "peers");

    /// <summary>Best seconds by profile; empty where the peers are not installed (the interop tests install them).</summary>
    public static async Task<IReadOnlyList<(string Profile, double Seconds)>> TimesAsync(
        string path, int rounds, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            return [];
        using var node = Process.Start(new ProcessStartInfo("node", ["--require", "./polyfill.cjs", "time-import.mjs", path, $"{rounds}"])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
        })!;
        var lines = (await node.StandardOutput.ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await node.WaitForExitAsync(cancellationToken);
        return [.. lines.Select(l => l.Split(' ')).Select(l => (l[0], double.Parse(l[1], CultureInfo.InvariantCulture)))];
    }
}
