using System.Diagnostics;
using System.Net.Http.Headers;

namespace Benchmarks.Server;

/// <summary>A server as a process of its own, in a folder that goes with it.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private ServerUnderTest(Process process, string folder, Uri address) => (_process, _folder, Address) = (process, folder, address);

    public Uri Address { get; }

    /// <summary>Where our server has the blocks, each a file.</summary>
    public string Blocks => Path.Combine(_folder, "data", "blocks", "blocks");

    /// <inheritdoc cref="ProcessFigures.CpuOf"/>
    public double Cpu => ProcessFigures.CpuOf(_process.Id);

    public double PeakMb => ProcessFigures.Of(_process.Id).PeakBytes / 1e6;

    /// <summary>Our pinning server, with these nodes, whose token is their name behind <see cref="Token"/>.</summary>
    public static async Task<ServerUnderTest> OursAsync(IReadOnlyList<string> nodes, params IReadOnlyList<string> flags)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-bench-").FullName;
        List<string> arguments =
        [
            "pinning-server", "--data", Path.Combine(folder, "data"), "--listen", "127.0.0.1:0", "--operator-listen", "none",
            "--log", "warning", .. flags,
        ];
        foreach (var node in nodes)
        {
            var file = Path.Combine(folder, node);
            await File.WriteAllTextAsync(file, Token + node);
            arguments.AddRange(["--node", $"{node}={file}"]);
        }

        return await StartAsync(Path.Combine(AppContext.BaseDirectory, "wanda"), arguments, folder, Listening);
    }

    /// <summary>Our server over a Kubo, which it believes (<see cref="BelievingServer"/>), with one node.</summary>
    public static async Task<ServerUnderTest> BelievingAsync(string node, Uri kubo)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-bench-").FullName;
        var file = Path.Combine(folder, node);
        await File.WriteAllTextAsync(file, Token + node);
        return await StartAsync(Path.Combine(AppContext.BaseDirectory, "Benchmarks"),
            ["believing-server", Path.Combine(folder, "data"), kubo.AbsoluteUri, node, file], folder, Listening);
    }

    /// <summary>The reference server of the tus protocol, from <c>PATH</c> or <c>WANDA_PEERS</c>; null when it is nowhere.</summary>
    public static async Task<ServerUnderTest?> TusdAsync()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Append(Environment.GetEnvironmentVariable("WANDA_PEERS"))
            .Where(f => !string.IsNullOrEmpty(f)).Select(f => Path.Combine(f!, "tusd")).FirstOrDefault(File.Exists);
        if (program is null)
            return null;
        var folder = Directory.CreateTempSubdirectory("tusd-bench-").FullName;
        using var port = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        port.Start();
        var number = ((System.Net.IPEndPoint)port.LocalEndpoint).Port;
        port.Stop();
        var address = new Uri($"http://127.0.0.1:{number}");
        return await StartAsync(program, ["-host", "127.0.0.1", "-port", $"{number}", "-upload-dir", folder, "-verbose=false"], folder,
            line => line.Contains("You can now upload", StringComparison.Ordinal) ? address : null);
    }

    public const string Token = "a-token-that-is-long-enough-for-";

    public HttpClient ClientOf(string node)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token + node);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Uri? Listening(string line) =>
        line.StartsWith("Listening on ", StringComparison.Ordinal) ? new Uri(line["Listening on ".Length..]) : null;

    private static async Task<ServerUnderTest> StartAsync(
        string program, IEnumerable<string> arguments, string folder, Func<string, Uri?> listens)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_GCConserveMemory"] = "5" }, // as the server has it in its own program
        })!;
        var found = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(object _, DataReceivedEventArgs e)
        {
            if (e.Data is { } line && listens(line) is { } address)
                found.TrySetResult(address);
        }

        process.OutputDataReceived += Look;
        process.ErrorDataReceived += Look;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new(process, folder, await found.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }
}
