using System.Diagnostics;
using Wanda.PinningServer;

namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>
/// A node, and on another machine two Kubos and a pinning server: one flushes by itself and is a destination, the other is as it comes, and
/// the server over it flushes for it.
/// </summary>
internal sealed class WalkWorld : IAsyncDisposable
{
    public const string OnKubo = "kubo";
    public const string OnServer = "server";
    private const long DiskBytes = 1_500_000_000;

    private readonly string _token = AccessToken.Generate();
    private readonly string _ipfs;

    private WalkWorld(HubDisk disk, string ipfs, TimeSpan lifetime)
    {
        (Disk, _ipfs, Lifetime) = (disk, ipfs, lifetime);
        Node = new WalkNode(disk.Folder);
        First = Kubo(OnKubo, 5001, "a");
        Second = Kubo(OnServer, 5002, "b");
        NodeProcess = Daemon("node", () => Node.Configured(Release, disk.Address, _token, lifetime), Node.AnswersAsync);
        FirstProcess = Daemon("kubo-a", () => Ipfs("a", "daemon"), First.AnswersAsync);
        SecondProcess = Daemon("kubo-b", () => Ipfs("b", "daemon"), Second.AnswersAsync);
        ServerProcess = Daemon("server", () => WalkNode.Quiet(disk.On(WalkNode.Program, "pinning-server",
            "--data", Path.Combine(disk.Inside, "server"), "--listen", $"{disk.Address}:5180", "--operator-listen", "none",
            "--node", $"walk={TokenFile}", "--kubo", $"http://{disk.Address}:5002", "--min-free", "50MB", "--maintain-every", "00:00:10",
            "--max-requests-per-minute", "1000000", "--log", "warning")), ServerAnswersAsync);
    }

    public HubDisk Disk { get; }

    /// <summary>Of a proof.</summary>
    public TimeSpan Lifetime { get; }

    public WalkNode Node { get; }

    /// <summary>The destination's.</summary>
    public WalkKubo First { get; }

    /// <summary>The server's.</summary>
    public WalkKubo Second { get; }

    public Daemon NodeProcess { get; }

    public Daemon FirstProcess { get; }

    public Daemon SecondProcess { get; }

    public Daemon ServerProcess { get; }

    public IReadOnlyList<Daemon> OnHub => [FirstProcess, SecondProcess, ServerProcess];

    public IReadOnlyList<Daemon> All => [NodeProcess, .. OnHub];

    public IReadOnlyList<WalkKubo> Kubos => [First, Second];

    /// <summary>When the node lets bytes go, from its next start.</summary>
    public string Release { get; set; } = "never";

    private string TokenFile => Path.Combine(Disk.Folder, "token");

    /// <summary>Whether the node can ask a destination now.</summary>
    public bool CanAsk(string destination) =>
        NodeProcess.IsUp && (destination == OnKubo ? FirstProcess.IsUp : SecondProcess.IsUp && ServerProcess.IsUp);

    public WalkKubo KuboOf(string destination) => destination == OnKubo ? First : Second;

    public static async Task<WalkWorld> CreateAsync(TimeSpan lifetime)
    {
        var ipfs = Peers.Find("ipfs");
        Skip.If(ipfs is null,
            "Kubo's ipfs is neither on PATH nor in the folder that WANDA_PEERS names: it comes from https://dist.ipfs.tech/#kubo.");
        var world = new WalkWorld(await HubDisk.CreateAsync(DiskBytes), ipfs, lifetime);
        try
        {
            await world.StartAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in All)
            await daemon.DisposeAsync();
        First.Dispose();
        Second.Dispose();
        await Disk.DisposeAsync();
    }

    private async Task StartAsync()
    {
        await File.WriteAllTextAsync(TokenFile, _token);
        await Shell.RunAsync("chmod", "600", TokenFile);
        foreach (var (repository, port) in new[] { ("a", 5001), ("b", 5002) })
        {
            await Shell.RunAsync(Ipfs(repository, "init", "--profile=test"));
            await Shell.RunAsync(Ipfs(repository, "config", "Addresses.API", $"/ip4/{Disk.Address}/tcp/{port}"));
        }

        First.IsSynced = true;
        await Shell.RunAsync("sync", "-f", Disk.Mounted); // what they are made of is there before the first cut
        foreach (var daemon in All)
            daemon.Start();
        foreach (var daemon in All)
            await daemon.ReadyAsync();
    }

    private WalkKubo Kubo(string name, int port, string repository) =>
        new(name, new Uri($"http://{Disk.Address}:{port}/"), Path.Combine(Disk.Mounted, repository));

    private Daemon Daemon(string name, Func<ProcessStartInfo> command, Func<Task<bool>> answers) =>
        new(name, Path.Combine(Disk.Folder, $"{name}.log"), command, answers);

    private ProcessStartInfo Ipfs(string repository, params string[] arguments)
    {
        var start = Disk.On(_ipfs, arguments);
        start.Environment["IPFS_PATH"] = Path.Combine(Disk.Inside, repository);
        return start;
    }

    private async Task<bool> ServerAnswersAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        using var answer = await http.GetAsync($"http://{Disk.Address}:5180/health");
        return true; // with a trouble of its Kubo, too
    }
}
