using System.Diagnostics;
using System.Text.RegularExpressions;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>
/// A real daemon with a throwaway repository, one for all tests that need it: js-ipfs, which npm brings wherever the tests run.
/// </summary>
public partial class KuboDaemon : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private string? _made;
    private Process? _process;

    [GeneratedRegex("(?:HTTP API|RPC API server) listening on /ip4/127.0.0.1/tcp/([0-9]+)")]
    private static partial Regex Listening { get; }

    [GeneratedRegex("Gateway server listening on /ip4/127.0.0.1/tcp/([0-9]+)")]
    private static partial Regex Serving { get; }

    /// <summary>The folder in which its own is made; null for that of temporary files.</summary>
    public string? Parent { get; init; }

    /// <summary>The folder of its blocks and its configuration.</summary>
    public string Repository => Path.Combine(Folder, "repo");

    private string Folder => _made ??= Parent is null
        ? Directory.CreateTempSubdirectory("wanda-kubo-").FullName
        : Directory.CreateDirectory(Path.Combine(Parent, $"wanda-kubo-{Guid.NewGuid():n}")).FullName;

    /// <summary>Its gateway, where it has one.</summary>
    public Uri? Gateway { get; private set; }

    /// <summary>Its RPC.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Its process.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>A client of it.</summary>
    public KuboServer Connect() => new Connection(new RemoteEndpoint(Address)
    {
        // Asked for a block that it lacks, it looks in the network without end: Kubo's "offline" is unknown to it.
        Patience = TimeSpan.FromSeconds(5),
        Tries = 1,
    });

    public virtual async Task InitializeAsync()
    {
        _process = Process.Start(await PrepareAsync(Repository))!;
        var errors = _process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        var port = "";
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            port = Listening.Match(line) is { Success: true } match ? match.Groups[1].Value : port;
            if (Serving.Match(line) is { Success: true } gateway)
                Gateway = new Uri($"http://127.0.0.1:{gateway.Groups[1].Value}");
            if (line.Contains("Daemon is ready", StringComparison.Ordinal))
            {
                Address = new Uri($"http://127.0.0.1:{port}");
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None); // or it would stop at a full pipe
                return;
            }
        }

        throw new PeerException(await errors);
    }

    /// <summary>Sends it a signal, such as <c>STOP</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it and starts it with an empty repository in the same place.</summary>
    public async Task EmptyAsync()
    {
        await StopAsync();
        Directory.Delete(Repository, recursive: true);
        await InitializeAsync();
    }

    /// <summary>Ends it and starts it on the same repository, at another port.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await InitializeAsync();
    }

    /// <summary>Ends it, and starts another on a repository that is new.</summary>
    public async Task ReplaceAsync()
    {
        await StopAsync();
        Directory.Delete(Repository, recursive: true);
        await InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Ends it at once, with what it had in hand.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
            return;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    private protected virtual Task<ProcessStartInfo> PrepareAsync(string repository) =>
        Task.FromResult(new ProcessStartInfo("sh", [Path.Combine(NodePeer.Folder, "..", "kubo-peer.sh"), "run", repository])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });

    private sealed class Connection(RemoteEndpoint endpoint) : KuboServer(endpoint)
    {
        /// <summary>It answers for a block that it lacks with silence.</summary>
        public override async Task<bool> LacksAsync(Cid cid)
        {
            try
            {
                return await base.LacksAsync(cid);
            }
            catch (RemoteException e) when (e.Failure == RemoteFailure.Unavailable)
            {
                return true;
            }
        }
    }
}

/// <summary>One daemon, and one test after another: a collection would take what another test has not pinned yet.</summary>
[CollectionDefinition("Kubo")]
public sealed class KuboCollection : ICollectionFixture<KuboDaemon>;
