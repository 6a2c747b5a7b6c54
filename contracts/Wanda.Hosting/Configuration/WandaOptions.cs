namespace Wanda.Hosting;

/// <summary>
/// The configuration of a node: <c>wanda.json</c>, overridden by environment variables (<c>WANDA_Ops__Listen</c> for <c>ops.listen</c>).
/// </summary>
public sealed class WandaOptions
{
    /// <summary>The node's name, in logs and on pages. Default: the machine's name.</summary>
    public string Node { get; set; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>
    /// The folder for the catalogue, the queue, previews, keys and (unless <c>storage.root</c> says otherwise) the frames. Required.
    /// </summary>
    public string Data { get; set; } = "";

    /// <summary>Where frames are kept.</summary>
    public StorageOptions Storage { get; set; } = new();

    /// <summary>The cameras that this node drives.</summary>
    public List<CameraOptions> Cameras { get; set; } = [];

    /// <summary>Folders that other capture programs write to.</summary>
    public List<WatchOptions> Watch { get; set; } = [];

    /// <summary>How CIDs are computed and kept.</summary>
    public IpfsOptions Ipfs { get; set; } = new();

    /// <summary>Where frames are offloaded to.</summary>
    public List<DestinationOptions> Destinations { get; set; } = [];

    /// <summary>When local bytes may go.</summary>
    public ReleaseOptions Release { get; set; } = new();

    /// <summary>Asking destinations again for what they hold.</summary>
    public AuditOptions Audit { get; set; } = new();

    /// <summary>Getting frames back.</summary>
    public RetrievalOptions Retrieval { get; set; } = new();

    /// <summary>How often a session's directory is made.</summary>
    public ArchiveOptions Archive { get; set; } = new();

    /// <summary>The node's published name.</summary>
    public IpnsOptions Ipns { get; set; } = new();

    /// <summary>Comparing disk, catalogue, queue and destinations.</summary>
    public ReconcileOptions Reconcile { get; set; } = new();

    /// <summary>The console.</summary>
    public OpsOptions Ops { get; set; } = new();

    /// <summary>What this machine's clock is believed (law 10).</summary>
    public ClockOptions Clock { get; set; } = new();

    /// <summary>
    /// True in <c>wanda demo</c> alone, which sets it in code: destinations on this machine count as copies, since the demo keeps to its
    /// own folder and to copies (law 2). It cannot be configured.
    /// </summary>
    public bool IsDemo { get; internal set; }
}

/// <summary>Where frames are kept.</summary>
public sealed class StorageOptions
{
    /// <summary>The folder of the sessions. Default: <c>frames</c> in the data folder.</summary>
    public string? Root { get; set; }

    /// <summary>Free space below which new captures are refused, loudly (law 6). Default 500MB.</summary>
    public ByteSize Floor { get; set; } = ByteSize.Parse("500MB");

    /// <summary>Room that is kept for the databases on their disk, and given back when it is full. Default 64MB; 0 keeps none.</summary>
    public ByteSize Reserve { get; set; } = ByteSize.Parse("64MB");
}

/// <summary>One camera.</summary>
public sealed class CameraOptions
{
    /// <summary>Its name; also the beginning of its sessions' names.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its kind: <c>simulator</c>.</summary>
    public string Kind { get; set; } = "simulator";

    /// <summary>Frame size in pixels, <c>WIDTHxHEIGHT</c>. Default 1280x1024.</summary>
    public string Size { get; set; } = "1280x1024";

    /// <summary>Exposure time. Default 2 s.</summary>
    public TimeSpan Exposure { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gain in the camera's own units. Default 100.</summary>
    public double Gain { get; set; } = 100;

    /// <summary>From the start of one exposure to the start of the next; an exposure that is longer wins. Default 5 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the simulator makes an RGGB mosaic. Default false.</summary>
    public bool Bayer { get; set; }

    /// <summary>The simulator's seed: the same seed gives the same sky. Default 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>The target's name (FITS OBJECT).</summary>
    public string? Object { get; set; }

    /// <summary>Frames in a session; the session ends after them. 0 (default) goes on until the process stops.</summary>
    public int Frames { get; set; }

    /// <summary>The session's name. Default: the night, noon to noon, with the camera's name.</summary>
    public string? Session { get; set; }
}

/// <summary>A folder that another program writes to.</summary>
public sealed class WatchOptions
{
    /// <summary>The folder. Its files are copied (by reflink where the file system can) and never touched.</summary>
    public string Path { get; set; } = "";

    /// <summary>A name for it. Default: the folder's name.</summary>
    public string? Name { get; set; }

    /// <summary>Whether folders below are watched too. Default true.</summary>
    public bool Recursive { get; set; } = true;

    /// <summary>How long a file must rest before it is taken. Default 2 s; at most 1 h.</summary>
    public TimeSpan Quiet { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The same for a file that looks cut off: it is taken all the same, a damaged frame is still data. Default 2 min.</summary>
    public TimeSpan QuietDoubtful { get; set; } = TimeSpan.FromMinutes(2);
}

/// <summary>How CIDs are computed and kept.</summary>
public sealed class IpfsOptions
{
    /// <summary>The CID profile: <c>unixfs-v1-2025</c> (default, IPIP-499), <c>cid-v1</c> or <c>cid-v0</c>.</summary>
    public string Profile { get; set; } = "unixfs-v1-2025";

    /// <summary><c>auto</c> (default), <c>embedded</c> or <c>kubo</c>.</summary>
    public IpfsMode Mode { get; set; }

    /// <summary>The daemon for <c>auto</c> and <c>kubo</c>.</summary>
    public KuboOptions Kubo { get; set; } = new();
}

/// <summary>When a proven frame's local bytes go.</summary>
public enum ReleaseWhen
{
    /// <summary>After <see cref="ReleaseOptions.Nights"/> nights, or sooner when space is needed.</summary>
    Space,

    /// <summary>As soon as it is proven: for a node that keeps nothing.</summary>
    Proven,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>When local bytes may go (law 2).</summary>
public sealed class ReleaseOptions
{
    /// <summary><c>space</c> (default), <c>proven</c> or <c>never</c>.</summary>
    public ReleaseWhen When { get; set; } = ReleaseWhen.Space;

    /// <summary>
    /// In how many distinct failure domains off this machine a frame must be proven. At least 1; it cannot be turned off.
    /// </summary>
    public int Copies { get; set; } = 1;

    /// <summary>With <c>space</c>: a proven frame goes after so many nights in any case. Default 3.</summary>
    public int Nights { get; set; } = 3;

    /// <summary>
    /// Below this much free space proven frames go, until <see cref="HighWater"/> is reached; previews wait meanwhile. Default 2GB.
    /// </summary>
    public ByteSize LowWater { get; set; } = ByteSize.Parse("2GB");

    /// <summary>The free space at which that ends; not below <see cref="LowWater"/>. Default: a quarter more than it.</summary>
    public ByteSize? HighWater { get; set; }

    /// <summary>How often frames that wait are looked at again. Default 1 min.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>How often a session's directory is made.</summary>
public sealed class ArchiveOptions
{
    /// <summary>While frames come in; it is also made when the session ends. Default 10 min.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(10);
}

/// <summary>The node's published name.</summary>
public sealed class IpnsOptions
{
    /// <summary>
    /// Whether a name is published. Default true; only destinations that route names get it, nothing goes to a public network.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How long a record is valid. Default 30 days.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>Comparing disk, catalogue, queue and destinations.</summary>
public sealed class ReconcileOptions
{
    /// <summary>How often, besides at every start. Default 15 min.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(15);
}

/// <summary>The console.</summary>
public sealed class OpsOptions
{
    /// <summary>Where it listens. Default <c>http://127.0.0.1:8080</c>; another machine's address needs <see cref="Token"/>.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:8080";

    /// <summary>The token that a browser or a script must show. Required when <see cref="Listen"/> is not loopback.</summary>
    public string? Token { get; set; }
}

/// <summary>What this machine's clock is believed (law 10).</summary>
public sealed class ClockOptions
{
    /// <summary>
    /// Whether the kernel must say that its clock is synchronised before anything is released or signed. Default true; false is for
    /// machines that keep time without saying so (containers, GPS by other means). A clock that runs behind the newest time on record, or
    /// far ahead of it, is not believed either way.
    /// </summary>
    public bool RequireSync { get; set; } = true;

    /// <summary>How far ahead of the newest time on record an unsynchronised clock may be. Default 45 days.</summary>
    public TimeSpan MaxAhead { get; set; } = TimeSpan.FromDays(45);
}
