using System.Diagnostics;
using System.Globalization;

namespace Wanda.Ipfs;

/// <summary>Kubo's program on this machine.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Text">Its version as it says it, such as <c>0.43.1</c>.</param>
/// <param name="Version">The same as a number.</param>
/// <param name="Repository">The version of the repositories that it works on.</param>
public sealed record KuboProgram(string Path, string Text, Version Version, int Repository)
{
    /// <summary>The name of the program.</summary>
    public const string Name = "ipfs";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Finds the program and asks it what it is.</summary>
    /// <param name="options">Where to look, and which version is wanted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="KuboTroubleException">There is none, it is no Kubo, or it is too old.</exception>
    public static async Task<KuboProgram> FindAsync(KuboManagerOptions options, CancellationToken cancellationToken = default)
    {
        string path = options.Program is null && File.Exists(options.InstalledProgram)
            ? options.InstalledProgram
            : Locate(options.Program ?? Name) ?? throw new KuboTroubleException(KuboTrouble.NotFound,
                $"Kubo's program {options.Program ?? Name} is not there. Install it (wanda ipfs install), or name it: ipfs.kubo.program.");
        string text = (await RunAsync(path, null, ["version", "-n"], cancellationToken).ConfigureAwait(false)).Trim();
        string repository = (await RunAsync(path, null, ["version", "--repo"], cancellationToken).ConfigureAwait(false)).Trim();
        if (Parse(text) is not { } version || !int.TryParse(repository, NumberStyles.None, CultureInfo.InvariantCulture, out int known))
            throw new KuboTroubleException(KuboTrouble.WrongVersion, $"{path} is no Kubo: asked for its version it says \"{Cut(text)}\".");
        if (version < options.MinVersion)
        {
            throw new KuboTroubleException(KuboTrouble.WrongVersion, $"{path} is Kubo {text}; {options.MinVersion} or newer is needed. "
                + "Install a newer one (wanda ipfs install).");
        }

        return new(path, text, version, known);
    }

    /// <summary>A version's number: <c>0.42.0-rc1</c> and <c>0.42.0/abc</c> are 0.42.0; null when it is none.</summary>
    public static Version? Parse(string text) =>
        Version.TryParse(new string([.. text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]), out var version) ? version : null;

    /// <summary>Runs a command of the program to its end.</summary>
    /// <param name="path">The program.</param>
    /// <param name="repository">The repository it works on; null for none.</param>
    /// <param name="arguments">The command.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="KuboTroubleException">It did not start, or ended with a failure.</exception>
    internal static async Task<string> RunAsync(
        string path, string? repository, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        KuboEnvironment.Set(start, repository);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Patience);
        using var process = Begin(start);
        try
        {
            process.StandardInput.Close(); // it asks, and waits for, nothing
            var errors = process.StandardError.ReadToEndAsync(bound.Token);
            string output = await process.StandardOutput.ReadToEndAsync(bound.Token).ConfigureAwait(false);
            string said = await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(bound.Token).ConfigureAwait(false);
            if (process.ExitCode == 0)
                return output;
            var (trouble, reason) = DaemonEnd.Of(said.Length > 0 ? said : output, repository ?? "");
            throw new KuboTroubleException(trouble == KuboTrouble.Ended && repository is null ? KuboTrouble.WrongVersion : trouble,
                $"{path} {string.Join(' ', arguments)} did not work: {reason}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KuboTroubleException(KuboTrouble.NoAnswer,
                $"{path} {string.Join(' ', arguments)} did not end within {Patience.TotalSeconds:0} s.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new KuboTroubleException(KuboTrouble.WrongVersion,
                $"{start.FileName} cannot be run: {e.Message}. Is it made for this machine, and may it be executed?", e);
        }
    }

    private static string? Locate(string name) => System.IO.Path.IsPathRooted(name)
        ? File.Exists(name) ? name : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(System.IO.Path.IsPathRooted).Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string Cut(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
