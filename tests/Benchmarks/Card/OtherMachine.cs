using System.Diagnostics;
using System.Security.Cryptography;

namespace Benchmarks.Card;

/// <summary>A community's pinning server, which takes itself for another machine: a file lies over its kernel's id. Needs root.</summary>
internal sealed class OtherMachine : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-machine-");
    private readonly string _address = NodeProcess.FreeAddress();
    private readonly Process _server;

    public OtherMachine()
    {
        var (bootId, token) = (Path.Combine(_folder.FullName, "boot-id"), Path.Combine(_folder.FullName, "token"));
        File.WriteAllText(bootId, $"{Guid.NewGuid()}\n");
        File.WriteAllText(token, Token);
        _server = Process.Start(new ProcessStartInfo("unshare",
        [
            "-m", "--propagation", "private", "sh", "-c",
            "mount --bind \"$1\" /proc/sys/kernel/random/boot_id && shift && exec \"$@\"", "sh", bootId,
            NodeProcess.Program, "pinning-server", "--data", Path.Combine(_folder.FullName, "server"), "--listen", _address,
            "--operator-listen", "none", "--node", $"pi={token}", "--min-free", "50000000",
        ])
        { RedirectStandardOutput = true })!;
        _ = _server.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Its address.</summary>
    public string Url => $"http://{_address}";

    /// <summary>The node's token there.</summary>
    public string Token { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public async ValueTask DisposeAsync()
    {
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _folder.Delete(recursive: true);
    }
}
