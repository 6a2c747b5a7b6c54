using Wanda.Custody;

namespace Wanda.Hosting;

/// <summary>
/// The configuration of a node: <c>wanda.json</c>, overridden by environment variables (<c>WANDA_Ops__Listen</c> for <c>ops.listen</c>).
/// </summary>
public sealed record WandaOptions
{
    /// <summary>The node's name, in logs and on pages. Default: the machine's name.</summary>
    public string Node { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>
    /// The folder for the catalogue, the queue, previews, keys and (unless <c>storage.root</c> says otherwise) the frames. Required.
    /// </summary>
    public string Data { get; init; } = "";

    /// <summary>Where frames are kept.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>The cameras that this node drives.</summary>
    public IReadOnlyList<CameraOptions> Cameras { get; init; } = [];

    /// <summary>Folders that other capture programs write to.</summary>
    public IReadOnlyList<WatchOptions> Watch { get; init; } = [];

    /// <summary>When frames are to come.</summary>
    public ExpectOptions Expect { get; init; } = new();

    /// <summary>How CIDs are computed and kept.</summary>
    public IpfsOptions Ipfs { get; init; } = new();

    /// <summary>Where frames are offloaded to.</summary>
    public IReadOnlyList<DestinationOptions> Destinations { get; init; } = [];

    /// <summary>When local bytes may go.</summary>
    public ReleaseOptions Release { get; init; } = new();

    /// <summary>Asking destinations again for what they hold.</summary>
    public AuditOptions Audit { get; init; } = new();

    /// <summary>Getting frames back.</summary>
    public RetrievalOptions Retrieval { get; init; } = new();

    /// <summary>How often a session's directory is made.</summary>
    public ArchiveOptions Archive { get; init; } = new();

    /// <summary>The node's published name.</summary>
    public IpnsOptions Ipns { get; init; } = new();

    /// <summary>Comparing disk, catalogue, queue and destinations.</summary>
    public ReconcileOptions Reconcile { get; init; } = new();

    /// <summary>What others may read (law 12).</summary>
    public PrivacyOptions Privacy { get; init; } = new();

    /// <summary>The console.</summary>
    public OpsOptions Ops { get; init; } = new();

    /// <summary>What pages hear live.</summary>
    public EventsOptions Events { get; init; } = new();

    /// <summary>What this machine's clock is believed (law 10).</summary>
    public ClockOptions Clock { get; init; } = new();

    /// <summary>
    /// True in <c>wanda demo</c> alone, which sets it in code: destinations on this machine count as copies, since the demo keeps to its
    /// own folder and to copies (law 2). It cannot be configured.
    /// </summary>
    public bool IsDemo { get; internal init; }

    /// <summary>What it wants of releases.</summary>
    public ReleaseRules Rules => new(Release.When, Release.Copies, Release.Nights, IsDemo);
}

/// <summary>Where frames are kept.</summary>
public sealed record StorageOptions
{
    /// <summary>The folder of the sessions. Default: <c>frames</c> in the data folder.</summary>
    public string? Root { get; init; }

    /// <summary>Free space below which new captures are refused, loudly (law 6). Default 500MB.</summary>
    public ByteSize Floor { get; init; } = ByteSize.Parse("500MB");

    /// <summary>Room that is kept for the databases on their disk, and given back when it is full. Default 64MB; 0 keeps none.</summary>
    public ByteSize Reserve { get; init; } = ByteSize.Parse("64MB");
}

/// <summary>One camera.</summary>
public sealed record CameraOptions
{
    /// <summary>Its name; also the beginning of its sessions' names.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its kind: <c>simulator</c>.</summary>
    public string Kind { get; init; } = "simulator";

    /// <summary>Frame size in pixels, <c>WIDTHxHEIGHT</c>. Default 1280x1024.</summary>
    public string Size { get; init; } = "1280x1024";

    /// <summary>How many bytes a frame takes at most: two a pixel, and its header.</summary>
    public long FrameBytes => Size.Split('x').Select(long.Parse).Aggregate(2L, (bytes, side) => bytes * side) + (64 << 10);

    /// <summary>Exposure time. Default 2 s.</summary>
    public TimeSpan Exposure { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gain in the camera's own units. Default 100.</summary>
    public double Gain { get; init; } = 100;

    /// <summary>From the start of one exposure to the start of the next; an exposure that is longer wins. Default 5 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the simulator makes an RGGB mosaic. Default false.</summary>
    public bool Bayer { get; init; }

    /// <summary>The simulator's seed: the same seed gives the same sky. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The target's name (FITS OBJECT).</summary>
    public string? Object { get; init; }

    /// <summary>Frames in a session; the session ends after them. 0 (default) goes on until the process stops.</summary>
    public int Frames { get; init; }

    /// <summary>The session's name. Default: the night, noon to noon, with the camera's name.</summary>
    public string? Session { get; init; }
}

/// <summary>How CIDs are computed and kept.</summary>
public sealed record IpfsOptions
{
    /// <summary>The CID profile: <c>unixfs-v1-2025</c> (default, IPIP-499), <c>cid-v1</c> or <c>cid-v0</c>.</summary>
    public string Profile { get; init; } = "unixfs-v1-2025";

    /// <summary><c>auto</c> (default), <c>embedded</c> or <c>kubo</c>.</summary>
    public IpfsMode Mode { get; init; }

    /// <summary>The daemon for <c>auto</c> and <c>kubo</c>.</summary>
    public KuboOptions Kubo { get; init; } = new();
}

/// <summary>When local bytes may go (law 2).</summary>
public sealed record ReleaseOptions
{
    /// <summary><c>space</c> (default), <c>proven</c> or <c>never</c>.</summary>
    public ReleaseWhen When { get; init; } = ReleaseWhen.Space;

    /// <summary>
    /// In how many distinct failure domains off this machine a frame must be proven. At least 1; it cannot be turned off.
    /// </summary>
    public int Copies { get; init; } = 1;

    /// <summary>With <c>space</c>: a proven frame goes after so many nights in any case. Default 3.</summary>
    public int Nights { get; init; } = 3;

    /// <summary>
    /// Below this much free space proven frames go, until <see cref="HighWater"/> is reached; previews wait meanwhile. Default 2GB.
    /// </summary>
    public ByteSize LowWater { get; init; } = ByteSize.Parse("2GB");

    /// <summary>The free space at which that ends; not below <see cref="LowWater"/>. Default: a quarter more than it.</summary>
    public ByteSize? HighWater { get; init; }

    /// <summary>How often frames that wait are looked at again. Default 1 min.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>How often a session's directory is made.</summary>
public sealed record ArchiveOptions
{
    /// <summary>While frames come in; it is also made when the session ends. Default 10 min.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>The node's published name.</summary>
public sealed record IpnsOptions
{
    /// <summary>
    /// Whether a name is published. Default true; only destinations that route names get it, nothing goes to a public network.
    /// </summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How long a record is valid. Default 30 days.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>Comparing disk, catalogue, queue and destinations.</summary>
public sealed record ReconcileOptions
{
    /// <summary>How often, besides at every start. Default 15 min.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>What this machine's clock is believed (law 10).</summary>
public sealed record ClockOptions
{
    /// <summary>
    /// Whether the kernel must say that its clock is synchronised before anything is released or signed. Default true; false is for
    /// machines that keep time without saying so (containers, GPS by other means). A clock that runs behind the newest time on record, or
    /// far ahead of it, is not believed either way.
    /// </summary>
    public bool RequireSync { get; init; } = true;

    /// <summary>How far ahead of the newest time on record an unsynchronised clock may be. Default 45 days.</summary>
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromDays(45);
}
