using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Wanda.Destinations.Tests.Sftp;

/// <summary>A real <c>sshd</c> as a child on loopback, with keys that are thrown away.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-sshd-").FullName;
    private readonly HeldPort _port = new();
    private Process? _process;

    public int Port => _port.Number;

    public string KeyFile => Path.Combine(_folder, "key");

    public string ForeignKeyFile => Path.Combine(_folder, "foreign");

    public string KnownHosts => Path.Combine(_folder, "known_hosts");

    public static async Task<SshServer> StartAsync()
    {
        Assert.True(File.Exists(Program), $"{Program} is not installed: apt install openssh-server");
        var server = new SshServer();
        foreach (var name in new[] { "host", "key", "foreign" })
            await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", Path.Combine(server._folder, name));
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd"); // where a privileged sshd shuts its children in
        var hostKey = (await File.ReadAllTextAsync(Path.Combine(server._folder, "host.pub"))).Trim();
        await File.WriteAllTextAsync(server.KnownHosts, $"[127.0.0.1]:{server.Port} {hostKey}\n");
        File.Copy(Path.Combine(server._folder, "key.pub"), Path.Combine(server._folder, "authorized_keys"));
        await File.WriteAllTextAsync(Path.Combine(server._folder, "config"), $"""
            ListenAddress 127.0.0.1
            Port {server.Port}
            HostKey {server._folder}/host
            AuthorizedKeysFile {server._folder}/authorized_keys
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            Subsystem sftp internal-sftp
            """);
        await server.UpAsync();
        return server;
    }

    public async Task UpAsync()
    {
        _process = Process.Start(
            new ProcessStartInfo(Program, ["-D", "-f", Path.Combine(_folder, "config"), "-E", Path.Combine(_folder, "log")]))!;
        await Eventually.HoldsAsync(async () =>
        {
            var log = Path.Combine(_folder, "log");
            Assert.False(_process.HasExited, $"sshd ended: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "")}");
            using var client = new TcpClient();
            return await client.ConnectAsync(IPAddress.Loopback, Port).ContinueWith(t => t.IsCompletedSuccessfully, TaskScheduler.Default);
        }, "sshd to listen");
    }

    /// <summary>Starts it again with a line more in its configuration.</summary>
    public async Task RestartAsync(string line)
    {
        await CutAsync();
        await File.AppendAllTextAsync(Path.Combine(_folder, "config"), $"\n{line}\n");
        await UpAsync();
    }

    /// <summary>The server and everything that it serves end at once.</summary>
    public async Task CutAsync()
    {
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        _port.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
