using System.Diagnostics;
using System.Text.RegularExpressions;
using Wanda.Ipfs;

namespace Benchmarks.Ipfs;

/// <summary>Kubo itself, from <c>PATH</c> or <c>WANDA_PEERS</c>, with a repository that goes with it.</summary>
internal sealed partial class KuboUnderTest : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly long _empty;

    private KuboUnderTest(Process process, string folder, Uri address) =>
        (_process, _folder, Address, _empty) = (process, folder, address, Folder.BytesOf(folder));

    /// <summary>Its RPC.</summary>
    public Uri Address { get; }

    public double Cpu => ProcessFigures.CpuOf(_process.Id);

    public double PeakMb => ProcessFigures.Of(_process.Id).PeakBytes / 1e6;

    /// <summary>What its repository has grown by.</summary>
    public long DiskBytes => Folder.BytesOf(_folder) - _empty;

    /// <summary>How many it has pinned recursively.</summary>
    public async Task<int> PinsAsync(CancellationToken cancellationToken)
    {
        using var client = new KuboClient(new RemoteEndpoint(Address), TimeProvider.System);
        return await client.Pins.ListAsync(PinMode.Recursive, cancellationToken).CountAsync(cancellationToken);
    }

    /// <param name="sync">Whether its flatfs flushes each block, which its default does not.</param>
    /// <exception cref="FileNotFoundException">It is nowhere.</exception>
    public static async Task<KuboUnderTest> StartAsync(bool sync)
    {
        string program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Append(Environment.GetEnvironmentVariable("WANDA_PEERS"))
            .Where(f => !string.IsNullOrEmpty(f)).Select(f => Path.Combine(f!, "ipfs")).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                "ipfs is neither on PATH nor in the folder that WANDA_PEERS names: https://dist.ipfs.tech/#kubo.");
        string folder = Directory.CreateTempSubdirectory("kubo-bench-").FullName;
        await RunAsync("init", "--profile=test");
        await RunAsync("config", "Addresses.API", "/ip4/127.0.0.1/tcp/0");
        await RunAsync("config", "Addresses.Gateway", "/ip4/127.0.0.1/tcp/0");
        string configuration = Path.Combine(folder, "config");
        if (sync)
        {
            string text = await File.ReadAllTextAsync(configuration);
            await File.WriteAllTextAsync(configuration, text.Replace("\"sync\": false", "\"sync\": true", StringComparison.Ordinal));
        }

        var process = Process.Start(Of("daemon"))!;
        _ = process.StandardError.ReadToEndAsync();
        Uri? address = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening.Match(line) is { Success: true } match)
                address = new Uri($"http://127.0.0.1:{match.Groups[1].Value}");
            if (line.Contains("Daemon is ready", StringComparison.Ordinal))
                break;
        }

        _ = process.StandardOutput.ReadToEndAsync();
        return new(process, folder, address ?? throw new InvalidOperationException("Kubo did not start; run it by hand to see why."));

        ProcessStartInfo Of(params string[] arguments) => new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["IPFS_PATH"] = folder },
        };

        async Task RunAsync(params string[] arguments)
        {
            using var run = Process.Start(Of(arguments))!;
            await Task.WhenAll(run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync(), run.WaitForExitAsync());
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("RPC API server listening on /ip4/127.0.0.1/tcp/([0-9]+)")]
    private static partial Regex Listening { get; }
}

internal static class Folder
{
    /// <summary>The lengths of all files below a folder, as they are now.</summary>
    public static long BytesOf(string folder) => new DirectoryInfo(folder)
        .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Sum(f => f.Exists ? f.Length : 0);
}
