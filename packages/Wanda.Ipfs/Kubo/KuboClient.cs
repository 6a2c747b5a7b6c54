using System.Globalization;
using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>What a daemon says it is.</summary>
/// <param name="Id">Its peer id.</param>
/// <param name="Agent">Program and version, such as <c>kubo/0.42.0/</c>.</param>
/// <param name="Addresses">Where it listens, multiaddresses.</param>
public sealed record KuboIdentity(string Id, string Agent, IReadOnlyList<string> Addresses);

/// <summary>What a daemon made of a file.</summary>
/// <param name="Name">The name it was sent under.</param>
/// <param name="Cid">What the daemon says its CID is.</param>
/// <param name="DagSize">Bytes of all blocks; null when the daemon does not say.</param>
public readonly record struct KuboAddedFile(string Name, Cid Cid, long? DagSize);

/// <summary>How a daemon is to import a file; null leaves a choice to its configuration.</summary>
/// <param name="CidVersion">0 or 1.</param>
/// <param name="RawLeaves">Whether leaves are raw blocks.</param>
/// <param name="ChunkSize">Bytes a leaf.</param>
/// <param name="MaxLinks">Links a node; daemons before 0.35 ignore it.</param>
/// <param name="Pin">Whether the file is pinned; what is not may be collected.</param>
/// <param name="OnlyHash">Whether the CID is computed and nothing kept.</param>
public sealed record KuboAddOptions(
    int? CidVersion = null, bool? RawLeaves = null, int? ChunkSize = null, int? MaxLinks = null, bool Pin = true, bool OnlyHash = false)
{
    /// <summary>The options that give the CIDs of a profile, on a daemon that knows them all.</summary>
    public static KuboAddOptions Of(UnixFsProfile profile) =>
        new(profile.CidVersion, profile.RawLeaves, profile.ChunkSize, profile.MaxLinks);
}

/// <summary>
/// Speaks with a Kubo daemon, or with one that speaks like it, over its HTTP RPC. For storing frames use <see cref="KuboNode"/>, which
/// believes no CID that it did not compute; here answers are the daemon's word.
/// </summary>
/// <remarks>
/// Source: the Kubo RPC API, v0. Commands that may be sent twice are, while the daemon is unavailable; the others say "Not repeated". A
/// daemon that lacks a command fails with <see cref="RemoteFailure.NotFound"/>. May be used from several threads; connections are pooled,
/// so keep one.
/// </remarks>
public sealed class KuboClient : IDisposable
{
    private readonly KuboRpc _rpc;

    /// <param name="endpoint">
    /// The address that <c>api/v0</c> is appended to, such as <c>http://127.0.0.1:5001</c>, with basic or bearer authorization where the
    /// daemon wants it.
    /// </param>
    /// <param name="time">The clock of waits.</param>
    public KuboClient(RemoteEndpoint endpoint, TimeProvider time)
    {
        _rpc = new(endpoint, time);
        Name = endpoint.Name;
        Blocks = new(_rpc);
        Dag = new(_rpc);
        Pins = new(_rpc);
        Keys = new(_rpc);
        Names = new(_rpc);
        Swarm = new(_rpc);
        Repo = new(_rpc);
    }

    /// <summary>
    /// The oldest version that is given anything: 0.43, which mended a hole of its pubsub (CVE-2026-46679) and dials nobody where no
    /// bootstrap is wanted.
    /// </summary>
    public static Version Oldest { get; } = new(0, 43);

    /// <summary>What messages call the daemon.</summary>
    public string Name { get; }

    /// <summary>Single blocks.</summary>
    public KuboBlocks Blocks { get; }

    /// <summary>Whole DAGs as CARs.</summary>
    public KuboDag Dag { get; }

    /// <summary>Pins.</summary>
    public KuboPins Pins { get; }

    /// <summary>Keys.</summary>
    public KuboKeys Keys { get; }

    /// <summary>IPNS.</summary>
    public KuboNames Names { get; }

    /// <summary>Connections to peers.</summary>
    public KuboSwarm Swarm { get; }

    /// <summary>The daemon's store.</summary>
    public KuboRepo Repo { get; }

    /// <summary>Sends a file as a stream and lets the daemon import it. Not repeated: the stream is read once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">What is left of this is sent.</param>
    /// <param name="options">How it is imported; null leaves all to the daemon.</param>
    /// <param name="progress">Told how many bytes the daemon has taken in so far; null for nobody.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="RemoteException">The daemon does not take it.</exception>
    public async Task<KuboAddedFile> AddAsync(
        string name, Stream content, KuboAddOptions? options = null, IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new();
        (string, string?)[] arguments =
        [
            ("pin", Word(options.Pin)), ("progress", Word(progress is not null)), ("only-hash", options.OnlyHash ? "true" : null),
            ("cid-version", options.CidVersion?.ToString(CultureInfo.InvariantCulture)),
            ("raw-leaves", options.RawLeaves is { } raw ? Word(raw) : null),
            ("chunker", options.ChunkSize is { } size ? string.Create(CultureInfo.InvariantCulture, $"size-{size}") : null),
            ("max-file-links", options.MaxLinks?.ToString(CultureInfo.InvariantCulture)),
        ];
        long? length = content.CanSeek ? content.Length - content.Position : null;
        var body = KuboRpc.File(name,
            new StreamedContent(length, (stream, cancellationToken) => content.CopyToAsync(stream, cancellationToken)));
        KuboAddedFile? added = null;
        await foreach (var (file, bytes) in _rpc.LinesAsync("add", arguments, body,
            json => json.Find("Hash") is { ValueKind: JsonValueKind.String }
                ? (new KuboAddedFile(json.TextOr("Name", name), json.CidOf("Hash"), json.NumberOrNull("Size")), null)
                : ((KuboAddedFile?)null, json.NumberOrNull("Bytes")), cancellationToken).ConfigureAwait(false))
        {
            added = file ?? added;
            if (bytes is { } sofar)
                progress?.Report(sofar);
        }

        return added ?? throw _rpc.Malformed($"names no CID for {name}.");
    }

    /// <summary>
    /// The bytes of a file, or a range of them, as the daemon has or finds them; not verified, unlike <see cref="UnixFsReader"/> over
    /// <see cref="Blocks"/>.
    /// </summary>
    /// <param name="path">A CID, or a path below one.</param>
    /// <param name="offset">The first byte, 0 or more.</param>
    /// <param name="length">How many at most; null for all that follow.</param>
    /// <param name="cancellationToken">Ends the wait for the first byte.</param>
    /// <exception cref="RemoteException">The daemon does not find it; reading throws it too, when the daemon breaks off.</exception>
    public async Task<Stream> CatAsync(string path, long offset = 0, long? length = null, CancellationToken cancellationToken = default) =>
        await _rpc.RetryAsync(
            () => _rpc.SendAsync("cat", [("arg", path), ("offset", offset > 0 ? Text(offset) : null),
                ("length", length is { } count ? Text(count) : null)], null, cancellationToken),
            cancellationToken).ConfigureAwait(false);

    /// <summary>A file or directory as a TAR stream; not verified.</summary>
    /// <inheritdoc cref="CatAsync" path="/exception"/>
    public async Task<Stream> GetAsync(string path, CancellationToken cancellationToken = default) => await _rpc.RetryAsync(
        () => _rpc.SendAsync("get", [("arg", path), ("archive", "true")], null, cancellationToken),
        cancellationToken).ConfigureAwait(false);

    /// <summary>Who the daemon is.</summary>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public Task<KuboIdentity> IdentityAsync(CancellationToken cancellationToken = default) =>
        _rpc.RepeatableAsync("id", [], json => new KuboIdentity(
            json.Text("ID"), json.TextOr("AgentVersion", ""),
            json.List("Addresses").Where(a => a.ValueKind == JsonValueKind.String).Select(a => a.GetString()!).ToList()),
            cancellationToken);

    /// <summary>The daemon's version. Answered without authorization too, so it proves none.</summary>
    /// <exception cref="RemoteException">The daemon does not tell, or what answers is none.</exception>
    public async Task<string> VersionAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _rpc.RepeatableAsync("version", [], json => json.Text("Version"), cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException e) when (e.Failure == RemoteFailure.Malformed)
        {
            throw _rpc.NoRpc("something else than a version");
        }
    }

    /// <summary>Asks for the version, and refuses one that is too old.</summary>
    /// <param name="oldest">The oldest that will do; null for <see cref="Oldest"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The version.</returns>
    /// <exception cref="RemoteException">The daemon does not tell, or is older.</exception>
    public async Task<string> RequireAsync(Version? oldest = null, CancellationToken cancellationToken = default)
    {
        string version = await VersionAsync(cancellationToken).ConfigureAwait(false);
        // "0.43.0-rc1" and "0.43.0/abc" are 0.43 as far as this goes.
        string number = new([.. version.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return Version.TryParse(number, out var parsed) && parsed >= (oldest ?? Oldest)
            ? version
            : throw new RemoteException(Name, RemoteFailure.Rejected,
                $"is version {version}; {oldest ?? Oldest} or newer is needed, so it is left alone.");
    }

    /// <summary>Has the daemon read from its own store.</summary>
    /// <exception cref="RemoteException">It does not answer, or cannot: Kubo's, since 0.18.</exception>
    public Task HealthAsync(CancellationToken cancellationToken = default) =>
        _rpc.RepeatableAsync("diag/healthy", [], _ => true, cancellationToken);

    /// <summary>The daemon's configuration, without its private key.</summary>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public Task<JsonElement> ConfigurationAsync(CancellationToken cancellationToken = default) =>
        _rpc.RepeatableAsync("config/show", [], json => json.Clone(), cancellationToken);

    /// <summary>
    /// When the daemon was started, as its metrics say, which it tells without authorization; null when it does not. To be compared, not
    /// to be read: it is on the daemon's clock.
    /// </summary>
    /// <exception cref="RemoteException">It does not answer.</exception>
    public Task<string?> StartedAsync(CancellationToken cancellationToken = default) => _rpc.StartedAsync(cancellationToken);

    /// <summary>Ends the daemon. Not repeated.</summary>
    /// <exception cref="RemoteException">The daemon does not do it.</exception>
    public async Task ShutdownAsync(CancellationToken cancellationToken = default)
    {
        using var answer = await _rpc.SendAsync("shutdown", [], null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _rpc.Dispose();

    private static string Word(bool value) => value ? "true" : "false";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
