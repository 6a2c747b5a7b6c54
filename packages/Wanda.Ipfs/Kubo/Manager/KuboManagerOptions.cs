namespace Wanda.Ipfs;

/// <summary>How a <see cref="KuboManager"/> runs its daemon.</summary>
public sealed record KuboManagerOptions
{
    private const int MaxSocketPath = 107; // sun_path of unix(7)

    /// <summary>The daemon's repository, an absolute path; made when it is missing. The folder above it must exist.</summary>
    public required string Repository { get; init; }

    /// <summary>
    /// The program, an absolute path, or its name on PATH. <value>Default: <c>ipfs</c>, and what <c>wanda ipfs install</c> put beside the
    /// repository before that.</value>
    /// </summary>
    public string? Program { get; init; }

    /// <summary>The oldest version that is started. <value>Default: <see cref="KuboClient.Oldest"/>.</value></summary>
    public Version MinVersion { get; init; } = KuboClient.Oldest;

    /// <summary>
    /// The profile of <c>ipfs init</c>, such as <c>lowpower</c>; null for none. <value>Default: none; only a new repository gets
    /// it.</value>
    /// </summary>
    public string? Profile { get; init; }

    /// <summary>
    /// What the configuration is made to say before each start. Without <c>Addresses.API</c> commands are taken on a socket in
    /// <see cref="RunFolder"/>, where nobody else comes. <value>Default: a private daemon that flushes.</value>
    /// </summary>
    public KuboConfiguration Configuration { get; init; } = KuboConfiguration.Private;

    /// <summary>
    /// Whether a repository of an older Kubo is migrated at the next start. There is no way back. <value>Default: false.</value>
    /// </summary>
    public bool Migrate { get; init; }

    /// <summary>
    /// Whether a unit of the system runs the daemon: then it is watched, and never started or stopped. <value>Default: false.</value>
    /// </summary>
    public bool IsUnits { get; init; }

    /// <summary>The memory that Go's collector aims at, as GOMEMLIMIT takes it. <value>Default: 200MiB.</value></summary>
    public string MemoryLimit { get; init; } = "200MiB";

    /// <summary>How long it may take to answer after its start. <value>Default: 60 s, for a card that is busy.</value></summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one that runs may be silent before it is ended and started again. <value>Default: 3 min.</value></summary>
    public TimeSpan SilentPatience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// How long it may take to end before it is killed. <value>Default: 35 s; an open stream holds it for 30.</value>
    /// </summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>The wait before the first restart; it doubles up to 5 min. <value>Default: 1 s.</value></summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a question to it may be silent. <value>Default: 10 s.</value></summary>
    public TimeSpan AnswerPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The room on the repository's disk below which it counts as full, in bytes. <value>Default: 64 MiB.</value></summary>
    public long MinFreeBytes { get; init; } = 64L << 20;

    /// <summary>The size at which the daemon's log is begun anew; one old one is kept. <value>Default: 1 MiB.</value></summary>
    public long MaxLogBytes { get; init; } = 1 << 20;

    /// <summary>Where our own files of it lie, mode 700: the lock, its log, its socket, an installed program.</summary>
    public string RunFolder => Repository + ".run";

    /// <summary>Where <c>wanda ipfs install</c> puts the program.</summary>
    public string InstalledProgram => Path.Combine(RunFolder, "bin", "ipfs");

    /// <summary>The configuration with what this machine adds: where commands are taken.</summary>
    internal KuboConfiguration Effective => new KuboConfiguration([new("Addresses.API", Api)]).With(Configuration.Settings);

    private string Api => Path.Combine(RunFolder, "rpc.sock") is { Length: <= MaxSocketPath } socket && Path.IsPathRooted(socket)
        ? $"/unix/{socket}"
        : "/ip4/127.0.0.1/tcp/0";
}
