using System.Globalization;

namespace Wanda.Hosting;

/// <summary>Who keeps a node's blocks.</summary>
public enum IpfsMode
{
    /// <summary>
    /// The embedded store; a Kubo daemon, where one is configured, is given the same whenever it answers. Nothing waits for it.
    /// </summary>
    Auto,

    /// <summary>The embedded store alone; a configured daemon is left alone.</summary>
    Embedded,

    /// <summary>
    /// As auto, but a frame counts as added only when Kubo holds it: while Kubo is away, frames are captured and wait for their CIDs.
    /// </summary>
    Kubo,
}

/// <summary>How a managed Kubo takes part in the table that tells who has what.</summary>
public enum KuboDhtMode
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>It asks, and tells what it has.</summary>
    Client,

    /// <summary>It asks, and answers others.</summary>
    Server,

    /// <summary>As Kubo does by itself: the public table and its helpers.</summary>
    Auto,
}

/// <summary>
/// A Kubo daemon beside the node. Naming one is the operator's word that what is pinned here may be seen by whoever the daemon speaks with.
/// </summary>
public sealed record KuboOptions
{
    /// <summary>
    /// The address of its RPC, such as <c>http://127.0.0.1:5001</c>, <c>unix:/run/ipfs/rpc.sock</c>, a multiaddress, or its repository's
    /// folder. Default: none.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>
    /// The token that its RPC wants, if any: a bearer's, or <c>basic:USER:PASSWORD</c>; or use <see cref="TokenFile"/>.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>A file that holds the token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>
    /// Whether others use the daemon too. Then it is never told to collect garbage, and pins that were there before stay. Default true; a
    /// managed one is ours alone.
    /// </summary>
    public bool Shared { get; init; } = true;

    /// <summary>The oldest version that is given anything. Default 0.43.</summary>
    public string MinVersion { get; init; } = "0.43";

    /// <summary>Whether the node runs a daemon of its own in its data folder. Default false.</summary>
    public bool Manage { get; init; }

    /// <summary>Whether wanda-ipfs.service runs the managed daemon: then the node watches it. Default false.</summary>
    public bool Unit { get; init; }

    /// <summary>The managed daemon's program. Default: what <c>wanda ipfs install</c> installed, else <c>ipfs</c> on PATH.</summary>
    public string? Program { get; init; }

    /// <summary>The profile of a new repository, as <c>ipfs init</c> knows it. Default: <c>lowpower</c> on a Raspberry Pi.</summary>
    public string? Profile { get; init; }

    /// <summary>Whether a repository of an older Kubo is migrated; there is no way back. Default false.</summary>
    public bool Migrate { get; init; }

    /// <summary>The host of the RPC; of a managed one this machine's. Default: <c>127.0.0.1</c>.</summary>
    public string? DaemonAddr { get; init; }

    /// <summary>The port of the RPC. Default: 5001 with <see cref="DaemonAddr"/>; a managed one has a socket instead.</summary>
    public int? ApiPort { get; init; }

    /// <summary>The port of the managed daemon's gateway, on this machine alone. Default: none.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>Where the managed daemon listens for peers, multiaddresses. Default: nowhere.</summary>
    public IReadOnlyList<string> SwarmAddresses { get; init; } = [];

    /// <summary>Peers that it dials at its start, or <c>auto</c> for the public network's. Default: none.</summary>
    public IReadOnlyList<string> BootstrapNodes { get; init; } = [];

    /// <summary>The addresses that it tells others, where they are not those it listens on. Default: those.</summary>
    public IReadOnlyList<string> AnnounceAddresses { get; init; } = [];

    /// <summary>Whether what is added here is given to the daemon and pinned there. Default true.</summary>
    public bool AutoPin { get; init; } = true;

    /// <summary>Whether what is added is pinned on other machines: that is what <c>destinations</c> do. Default: as they say.</summary>
    public bool? PinRemote { get; init; }

    /// <summary>
    /// At how many percent of <see cref="MaxStorage"/> what is pinned no more is collected, where the daemon is ours alone. Default 90.
    /// </summary>
    public int GcWatermark { get; init; } = 90;

    /// <summary>How large its repository may become: beyond that it is handed nothing. Default: no limit of ours.</summary>
    public ByteSize? MaxStorage { get; init; }

    /// <summary>Refused: it waits for the community's part.</summary>
    public string? PubsubTopic { get; init; }

    /// <summary><c>none</c> (default), <c>client</c>, <c>server</c> or <c>auto</c>.</summary>
    public KuboDhtMode DhtMode { get; init; }

    /// <summary>Whether the managed daemon lets itself be reached through relays. Default false.</summary>
    public bool RelayEnabled { get; init; }

    /// <summary>Whether nobody but the node uses the daemon.</summary>
    public bool IsOurs => Manage || !Shared;

    /// <summary>Whether there is a daemon at all.</summary>
    public bool IsUsed => Manage || Address is not null;

    /// <summary>Where the RPC of a daemon is that the node does not run: <see cref="Url"/>, or what the parts say; null for none.</summary>
    public string? Address => Url ?? (Manage || (DaemonAddr, ApiPort) == (null, null)
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"http://{Host(DaemonAddr ?? "127.0.0.1")}:{ApiPort ?? 5001}"));

    /// <summary>
    /// Where the RPC is, the token it wants if any, and what messages call it, null for its address; null when there is no daemon.
    /// </summary>
    /// <param name="data">The node's data folder.</param>
    /// <exception cref="IOException"><see cref="TokenFile"/> cannot be read.</exception>
    public (string Address, string? Token, string? Name)? RpcIn(string data) => (Manage ? RepositoryIn(data) : Address) is { } address
        ? (address, Token ?? (TokenFile is { } file ? File.ReadAllText(file).Trim() : null), Manage ? "the node's Kubo" : null)
        : null;

    /// <summary>The managed daemon's repository.</summary>
    /// <param name="data">The node's data folder.</param>
    public static string RepositoryIn(string data) => Path.Combine(Path.GetFullPath(data), "kubo");

    /// <summary>Says where it is, without the token.</summary>
    public override string ToString() => $"{nameof(KuboOptions)} {{ Url = {Url}, TokenFile = {TokenFile}, Manage = {Manage} }}";

    private static string Host(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}
