using System.Diagnostics;
using Wanda.Interop.Tests.Kubo.Walk;
using Wanda.Interop.Tests.Machines;

namespace Wanda.Interop.Tests.App;

/// <summary>A machine with a network of its own and a file over its kernel's id, on which a community's pinning server runs.</summary>
internal sealed class OtherMachine : IAsyncDisposable
{
    private const int Port = 5180;

    private readonly NetworkNamespace _network = NetworkNamespace.Create(net: 79);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-machine-");
    private LoneMachine? _machine;
    private Process? _server;

    /// <summary>The server's address, as the node knows it.</summary>
    public string Server => $"http://{_network.Address}:{Port}";

    /// <summary>The node's token there.</summary>
    public string Token { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    public async Task StartAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "token"), Token);
        _machine = await LoneMachine.StartAsync(_network, Path.Combine(_folder.FullName, "boot-id"));
        StartServer();
    }

    /// <summary>kill -9, and a start on what is on its disk.</summary>
    public async Task RestartServerAsync()
    {
        await WeekNode.KillAsync(_server!);
        StartServer();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await WeekNode.KillAsync(_server);
        if (_machine is not null)
            await _machine.DisposeAsync();
        _network.Dispose();
        _folder.Delete(recursive: true);
    }

    private void StartServer() => _server = Process.Start(WeekNode.Quiet(_machine!.On(WalkNode.Program, "pinning-server",
        "--data", Path.Combine(_folder.FullName, "server"), "--listen", $"{_network.Address}:{Port}", "--operator-listen", "none",
        "--node", $"pi={Path.Combine(_folder.FullName, "token")}", "--min-free", "50000000")));
}
