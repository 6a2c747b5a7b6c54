using System.Net;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;
using Wanda.Notify;

namespace Wanda.PinningServer;

/// <summary>How a pinning server is run. Checked by <see cref="Validate"/> before anything is opened.</summary>
public sealed record PinningServerOptions
{
    /// <summary>Where blocks, pins and names are kept; created when missing. One server at a time.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// Address and port. Default <c>127.0.0.1:5180</c>; port 0 takes a free one. Beyond loopback only when somebody was given a token or an
    /// invite, behind TLS.
    /// </summary>
    public string Listen { get; init; } = "127.0.0.1:5180";

    /// <summary>
    /// Address and port of the operator's pages and metrics, apart from what serves nodes and readers; port 0 takes a free one. They want
    /// the token in <c>operator.token</c> of the data folder, which is made at the first start. Default none; the command's is
    /// <c>127.0.0.1:5181</c>. Beyond loopback only behind TLS.
    /// </summary>
    public string? OperatorListen { get; init; }

    /// <summary>
    /// How the world reaches this server, such as <c>https://pin.example.org</c>, where a proxy in front has another name: what is told
    /// where something is (<c>Location</c> of an upload, <c>/routing/v1/providers</c>) names it. Default none: locations are relative to
    /// the address that was asked, and providers name nothing. Nodes that come by another address cannot use resumable uploads with it.
    /// </summary>
    public string? PublicUrl { get; init; }

    /// <summary>
    /// Addresses and networks (<c>10.0.0.0/8</c>) of proxies that are believed in <c>X-Forwarded-For</c>: limits by address go by what the
    /// last of them says. Default this machine, where nginx or Caddy is; such a proxy must set the header, or add to it. Empty: nobody is
    /// believed.
    /// </summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = ["127.0.0.0/8", "::1"];

    /// <summary>
    /// Who may store here, besides the nodes that joined by an invite (<see cref="PinningServerOperator"/>). Empty (default) with nobody
    /// invited: anybody on this machine, as the node <c>local</c>, and nobody from elsewhere.
    /// </summary>
    public IReadOnlyList<NodeOptions> Nodes { get; init; } = [];

    /// <summary>
    /// Bytes that a node may keep which was invited without a quota, 1 or more; changing it changes it for all of them. Default none: what
    /// the disk has, so that one node may fill it.
    /// </summary>
    public long? DefaultQuotaBytes { get; init; }

    /// <summary>
    /// The RPC address of a Kubo daemon (0.43 or newer), such as <c>http://127.0.0.1:5001</c>, that keeps blocks and pins instead of the
    /// data folder; also <c>unix:/PATH</c>, a multiaddress, or the path of its repository. Default none. One on this machine is flushed by
    /// this server; uploads are refused to any other while its flatfs does not run with <c>sync</c>. Its garbage collection is its own.
    /// </summary>
    public string? Kubo { get; init; }

    /// <summary>
    /// A file with the token that the daemon asks for, as in its <c>API.Authorizations</c>: <c>basic:USER:PASSWORD</c>,
    /// <c>bearer:SECRET</c>, or a bearer's secret alone. Default none.
    /// </summary>
    public string? KuboTokenFile { get; init; }

    /// <summary>
    /// Who is served blocks and names. Default every node: frames are private to the community until the operator says otherwise. Metrics
    /// and writing always need a token.
    /// </summary>
    public Reads Reads { get; init; } = Reads.Nodes;

    /// <summary>
    /// The largest upload in bytes, 1 to 2^50. Default none of its own: what the node's quota has left, and without a quota the disk. An
    /// upload has 278,528 blocks at most (64 GiB in leaves of 256 KiB, 256 GiB in such of 1 MiB), or as many as make the size that is set
    /// here in leaves of 256 KiB: each takes about 1 KB of memory until it is answered.
    /// </summary>
    public long? MaxUploadBytes { get; init; }

    /// <summary>
    /// Uploads taken at once; more get 429 with Retry-After, but for the first one of each node. 1 to 256, default 8.
    /// </summary>
    public int MaxUploads { get; init; } = 8;

    /// <summary>Of these, how many one node may have. 1 to 256, default 4.</summary>
    public int MaxUploadsPerNode { get; init; } = 4;

    /// <summary>Resumable uploads that a node may have open; more get 429. 1 to 10,000, default 64.</summary>
    public int MaxOpenUploads { get; init; } = 64;

    /// <summary>How long a resumable upload waits for its next part. One second to 90 days, default 7 days.</summary>
    public TimeSpan UploadLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Requests a minute of one node, and without a token of one address (of IPv6: its first 64 bits); more get 429. 10 to 1,000,000,
    /// default 6000.
    /// </summary>
    public int MaxRequestsPerMinute { get; init; } = 6000;

    /// <summary>Sessions of a node that room is kept for at once. 0 to 1000, default 16.</summary>
    public int MaxSessions { get; init; } = 16;

    /// <summary>
    /// How long room is kept for a session that is not renewed. One second to 90 days, default 3 days: a night, and a line that is down for
    /// two.
    /// </summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromDays(3);

    /// <summary>From which part of its quota, or of the disk, a node is warned. 0.1 to 1, default 0.9.</summary>
    public double WarnAt { get; init; } = 0.9;

    /// <summary>How long before its token ends a node is warned. 0 to 365 days, default 14 days.</summary>
    public TimeSpan WarnBeforeExpiry { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Bytes that uploads leave free on the disk, 0 or more; below that they get 507. Default 1 GiB.</summary>
    public long MinFreeBytes { get; init; } = 1L << 30;

    /// <summary>
    /// The slowest upload that is waited for, in bytes a second, after the first 30 s. 1 or more, default 100: a bad line is still a line.
    /// </summary>
    public double MinUploadRate { get; init; } = 100;

    /// <summary>
    /// Blocks that a possession question may name, 1 to 100,000. Default 20,000: 5 GB in 256 KiB leaves. One that names none is about a
    /// whole DAG, of a file however large; this many blocks of it may be small ones.
    /// </summary>
    public int MaxPossessionBlocks { get; init; } = 20_000;

    /// <summary>Pins of CIDs that nobody has sent yet, a node. 0 to 1,000,000, default 1000.</summary>
    public int MaxQueuedPins { get; init; } = 1000;

    /// <summary>IPNS names a node may publish. 0 to 1,000,000, default 100.</summary>
    public int MaxNames { get; init; } = 100;

    /// <summary>Entries kept of the audit log; older ones are dropped. 1000 to 10^9, default 1,000,000: about 100 MB.</summary>
    public long MaxAuditEntries { get; init; } = 1_000_000;

    /// <summary>
    /// How long a pin stays after its node ended it, on the node's account: a stolen token or a mistake must not erase an archive. 0 to
    /// 365 days, default 7 days.
    /// </summary>
    public TimeSpan KeepUnpinned { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often unpinned blocks are collected and queued pins looked at again. One second to 30 days, default one hour.</summary>
    public TimeSpan MaintainEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// In how long everything that is pinned is read once, to see whether it is still sound. One second to 10 years, default 30 days: of 2
    /// TB, 3 GB an hour.
    /// </summary>
    public TimeSpan InspectEvery { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How the operator is told that a node is silent, the disk is 80 or 90 % full, pins lost bytes, a node ended half of what it had, or
    /// the certificate ends: channels of <c>Wanda.Notify</c>, such as <c>ntfy https://ntfy.example.org/TOPIC token-file=FILE</c>, or
    /// <c>file:FILE</c> with one a line. Default none: nobody is told, and nothing is sent.
    /// </summary>
    public IReadOnlyList<string> Notify { get; init; } = [];

    /// <summary>Alerts, and ends of them, that a channel is told in an hour; the others wait. 1 to 1000, default 20.</summary>
    public int MaxAlertsPerHour { get; init; } = 20;

    /// <summary>
    /// The certificate (PEM) whose end is told 14 and 3 days before. Default none: it is the one that <see cref="PublicUrl"/> shows, which
    /// is asked for it every six hours when it is <c>https</c> and there is somebody to be told, or the operator's page is looked at.
    /// </summary>
    public string? CertificateFile { get; init; }

    /// <summary>
    /// Multiaddrs told to users of the Pinning Service API as delegates. Default: this server's own, for which no peer can dial; bytes come
    /// by CAR upload only.
    /// </summary>
    public IReadOnlyList<string> Delegates { get; init; } = [];

    /// <summary>
    /// For the Pinning Service compliance suite only, which pins random CIDs and expects "pinned": claims every such pin without holding
    /// a byte. Refused beyond loopback. Default false.
    /// </summary>
    public bool ComplianceTestMode { get; init; }

    internal RemoteEndpoint KuboEndpoint => KuboAddress.Endpoint(
        Kubo!, KuboTokenFile is null ? null : File.ReadAllText(KuboTokenFile).Trim()) with
    {
        Name = "The Kubo daemon",
        Tries = 2, // Whoever waits for our answer asks again by itself.
    };

    internal IPEndPoint EndPoint => IPEndPoint.Parse(Listen);

    internal IPEndPoint? OperatorEndPoint => OperatorListen is null ? null : IPEndPoint.Parse(OperatorListen);

    /// <summary><see cref="PublicUrl"/>, for paths to be added to.</summary>
    internal Uri? PublicAddress => PublicUrl is null ? null : new Uri(PublicUrl.TrimEnd('/') + "/");

    /// <summary><see cref="PublicUrl"/>, or without one what somebody reached this server by; without a slash at the end.</summary>
    internal string AddressFor(HttpRequest request) => (PublicUrl ?? $"{request.Scheme}://{request.Host}").TrimEnd('/');

    internal IEnumerable<IPNetwork> Proxies => TrustedProxies.Select(p => NetworkOf(p)!.Value);

    /// <summary>Checks every value.</summary>
    /// <exception cref="PinningServerOptionsException">Lists each wrong key and what to write instead.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        void Range<T>(string key, T value, T low, T high) where T : IComparable<T>
        {
            if (value.CompareTo(low) < 0 || value.CompareTo(high) > 0)
                errors.Add($"{key} is {value}; write a value from {low} to {high}.");
        }

        if (string.IsNullOrWhiteSpace(DataFolder))
            errors.Add($"{nameof(DataFolder)} is empty; write the folder where frames are to be kept.");
        Range(nameof(MaxUploadBytes), MaxUploadBytes ?? 1, 1, 1L << 50);
        Range(nameof(MaxUploads), MaxUploads, 1, 256);
        Range(nameof(MaxUploadsPerNode), MaxUploadsPerNode, 1, 256);
        Range(nameof(MaxOpenUploads), MaxOpenUploads, 1, 10_000);
        Range(nameof(UploadLifetime), UploadLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(90));
        Range(nameof(MaxRequestsPerMinute), MaxRequestsPerMinute, 10, 1_000_000);
        Range(nameof(MaxSessions), MaxSessions, 0, 1000);
        Range(nameof(SessionLifetime), SessionLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(90));
        Range(nameof(WarnAt), WarnAt, 0.1, 1);
        Range(nameof(WarnBeforeExpiry), WarnBeforeExpiry, TimeSpan.Zero, TimeSpan.FromDays(365));
        Range(nameof(MinFreeBytes), MinFreeBytes, 0, long.MaxValue);
        Range(nameof(MinUploadRate), MinUploadRate, 1, 1e9);
        Range(nameof(MaxPossessionBlocks), MaxPossessionBlocks, 1, 100_000);
        Range(nameof(MaxQueuedPins), MaxQueuedPins, 0, 1_000_000);
        Range(nameof(MaxNames), MaxNames, 0, 1_000_000);
        Range(nameof(MaxAuditEntries), MaxAuditEntries, 1000, 1_000_000_000);
        Range(nameof(KeepUnpinned), KeepUnpinned, TimeSpan.Zero, TimeSpan.FromDays(365));
        Range(nameof(MaintainEvery), MaintainEvery, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
        Range(nameof(InspectEvery), InspectEvery, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
        errors.AddRange(Nodes.SelectMany(n => n.Errors()));
        errors.AddRange(Nodes.GroupBy(n => n.Name).Where(g => g.Count() > 1)
            .Select(g => $"Nodes has the name {g.Key} twice; each node needs its own."));
        if (Kubo is not null && !KuboAddress.IsValid(Kubo, out _))
        {
            errors.Add($"{nameof(Kubo)} is \"{Kubo}\"; write the address of its RPC, such as http://127.0.0.1:5001, without a password, "
                + "unix:/PATH, or the path of its repository.");
        }

        if (KuboTokenFile is not null && !File.Exists(KuboTokenFile))
            errors.Add($"{nameof(KuboTokenFile)} {KuboTokenFile} does not exist; write the file that the daemon's token is in.");
        if (DefaultQuotaBytes < 1)
            errors.Add($"{nameof(DefaultQuotaBytes)} is {DefaultQuotaBytes}; write 1 or more, or leave it out.");
        if (PublicUrl is not null && !IsWebAddress(PublicUrl))
            errors.Add($"{nameof(PublicUrl)} is \"{PublicUrl}\"; write how the server is reached, such as https://pin.example.org.");
        errors.AddRange(TrustedProxies.Where(p => NetworkOf(p) is null).Select(p =>
            $"{nameof(TrustedProxies)} has \"{p}\"; write the address of a proxy, or a network, such as 10.0.0.1 or 10.0.0.0/8."));
        Range(nameof(MaxAlertsPerHour), MaxAlertsPerHour, 1, 1000);
        if (CertificateFile is not null && !File.Exists(CertificateFile))
            errors.Add($"{nameof(CertificateFile)} {CertificateFile} does not exist; write the file that the proxy's certificate is in.");
        errors.AddRange(NotifyErrors());
        errors.AddRange(ListenErrors());
        if (errors.Count > 0)
            throw new PinningServerOptionsException(errors);
    }

    private static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https" && address.UserInfo.Length + address.Query.Length + address.Fragment.Length == 0;

    private static IPNetwork? NetworkOf(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, 8 * address.GetAddressBytes().Length)
        : IPNetwork.TryParse(text, out var network) ? network
        : null;

    private static bool IsEndPoint(string text) => IPEndPoint.TryParse(text, out _) && text.Contains(':');

    private IEnumerable<string> NotifyErrors()
    {
        try
        {
            foreach (var channel in NotificationChannels.Create(Notify, TimeProvider.System))
                channel.Dispose();
            return [];
        }
        catch (NotificationSettingsException e)
        {
            return e.Errors.Select(error => $"{nameof(Notify)} {error}");
        }
    }

    private IEnumerable<string> ListenErrors()
    {
        bool isGood = IsEndPoint(Listen);
        if (!isGood)
            yield return $"{nameof(Listen)} is \"{Listen}\"; write an address and a port, such as 127.0.0.1:5180.";
        else if (!IPAddress.IsLoopback(EndPoint.Address) && ComplianceTestMode)
            yield return $"{nameof(ComplianceTestMode)} claims pins that do not exist and runs on loopback only; remove it.";
        if (OperatorListen is not null && !IsEndPoint(OperatorListen))
            yield return $"{nameof(OperatorListen)} is \"{OperatorListen}\"; write an address and a port, such as 127.0.0.1:5181.";
        else if (isGood && OperatorEndPoint is { Port: > 0 } at && at.Port == EndPoint.Port)
            yield return $"{nameof(OperatorListen)} has the port that nodes are served on, {at.Port}; write another.";
    }
}
