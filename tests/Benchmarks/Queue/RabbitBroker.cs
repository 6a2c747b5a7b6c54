using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Benchmarks.Queue;

/// <summary>A RabbitMQ broker of this benchmark's own: loopback, free ports, a folder that goes with it.</summary>
internal sealed class RabbitBroker : IAsyncDisposable
{
    private const string Server = "/usr/lib/rabbitmq/bin/rabbitmq-server"; // not the wrapper in sbin, which wants another user
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("queue-rabbit-").FullName;
    private readonly List<Process> _processes = [];

    private RabbitBroker()
    {
    }

    public int Port { get; private set; }

    public static async Task<RabbitBroker> StartAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Server))
            throw new InvalidOperationException("RabbitMQ is not installed. Debian: apt install --no-install-recommends rabbitmq-server");
        var broker = new RabbitBroker();
        try
        {
            await broker.RunAsync(cancellationToken);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var (port, nodes, names) = (FreePort(), FreePort(), FreePort());
        // Erlang's name server first: else the broker starts one that outlives it.
        Start("epmd", ["-port", $"{names}", "-address", "127.0.0.1"], []);
        Start(Server, [], new()
        {
            ["HOME"] = _folder,
            ["ERL_EPMD_PORT"] = $"{names}",
            ["RABBITMQ_NODENAME"] = $"benchmark{port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{port}",
            ["RABBITMQ_DIST_PORT"] = $"{nodes}",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "none"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "plugins"),
        });
        var began = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(port, cancellationToken))
        {
            if (_processes.Any(p => p.HasExited) || Stopwatch.GetElapsedTime(began) > StartBound)
                throw new InvalidOperationException($"RabbitMQ did not start within {StartBound.TotalSeconds:0} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }

        Port = port;
    }

    private void Start(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        _processes.Add(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
