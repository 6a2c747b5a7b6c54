using Wanda.Custody;

namespace Wanda.Hosting;

/// <summary>
/// Where frames are offloaded to. Which keys a kind wants, and which it has no use for, is in <see cref="DestinationKind"/>.
/// </summary>
public sealed record DestinationOptions
{
    /// <summary>Its name, in queues (<c>offload-NAME</c>) and on pages.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its kind, one of <see cref="DestinationKind.All"/>. Default: <c>wanda</c>, a WANDA pinning server.</summary>
    public string Kind { get; init; } = "wanda";

    /// <summary>
    /// Its address, <c>https://...</c>: of the API for <c>pinning-service</c>, of the RPC for <c>kubo</c>, where it may be all that
    /// <see cref="KuboUrl"/> says; <c>pinata</c> knows its own.
    /// </summary>
    public string Url { get; init; } = "";

    /// <summary>The bearer token; or use <see cref="TokenFile"/>, which keeps it out of the configuration.</summary>
    public string? Token { get; init; }

    /// <summary>A file that holds the token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>
    /// The folder of a <c>folder</c>: a mounted NAS share, or a USB disk. A name in it may be <c>*</c>, as in <c>/media/*/wanda</c>: the
    /// first with this destination's id file is taken.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Who logs in at an <c>sftp</c> server.</summary>
    public string? User { get; init; }

    /// <summary>The private key file for an <c>sftp</c> server; without a passphrase, as nobody is awake.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The file with the host keys of <c>sftp</c> servers. Default: ssh's own. A host that is not in it is refused.</summary>
    public string? KnownHosts { get; init; }

    /// <summary>
    /// The operator's word that what is sent there may be read by anybody who learns its CID. Kinds that put frames on a public network do
    /// not start without it.
    /// </summary>
    public bool Public { get; init; }

    /// <summary>
    /// Where the service gives out what it holds, <c>https://...</c>: what proofs are read back from. Without it there is no proof.
    /// </summary>
    public string? Gateway { get; init; }

    /// <summary>The gateway's token, or Pinata's gateway key. Default: the token, where the gateway is at the same host and port.</summary>
    public string? GatewayToken { get; init; }

    /// <summary>A file that holds the gateway's token.</summary>
    public string? GatewayTokenFile { get; init; }

    /// <summary>
    /// Where a <c>pinning-service</c> takes CARs, <c>https://...</c>; one that ends in <c>/api/v0/dag/import</c> is spoken to as Kubo is.
    /// Default: none, it fetches from our Kubo.
    /// </summary>
    public string? CarUrl { get; init; }

    /// <summary>Where <c>pinata</c> takes uploads. Default: Pinata's own address.</summary>
    public string? UploadUrl { get; init; }

    /// <summary>The id of a <c>pinata</c> group that files are put into. Default: none.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// Whether others use a <c>kubo</c> too: pins there that are on the frames themselves, as versions before 0.5 made them, may be theirs,
    /// and are not taken away. Default: true.
    /// </summary>
    public bool Shared { get; init; } = true;

    /// <summary>
    /// What fails together with it: two destinations of one domain count as one copy. Default: the host of <see cref="Url"/>, or the kind
    /// where there is no address.
    /// </summary>
    public string? FailureDomain { get; init; }

    /// <summary>
    /// The operator's word on whether it is on this machine, for those that do not tell; recorded. Default: none, and a copy at a new one
    /// that does not tell counts as on this machine. What the machine itself tells goes before a <c>false</c>.
    /// </summary>
    public bool? SameMachine { get; init; }

    /// <summary>
    /// Empties it, so that it can be taken out: nothing new goes there and it opens no release, and frames that are only there are brought
    /// back and sent to the others, as disk room allows. The first page says when it may go. Default: false.
    /// </summary>
    public bool Drain { get; init; }

    /// <summary>Frames sent at once. Default 2, at most 16.</summary>
    public int Concurrency { get; init; } = 2;

    /// <summary>How much of the line its uploads may take together, in bytes a second. Default: all of it. At least 16KB.</summary>
    public ByteSize? Bandwidth { get; init; }

    /// <summary>
    /// The hours in which it is sent to, as <c>22:00-06:00</c>; what is under way when it closes is finished. Default: always.
    /// </summary>
    public UploadWindow? Window { get; init; }

    /// <summary>
    /// How much is sent in a calendar month; the frame that passes it is finished, then the queue waits for the next month. Default: no
    /// limit.
    /// </summary>
    public ByteSize? MonthlyVolume { get; init; }

    /// <summary>While one of a higher priority sends, those of a lower one hold back. Default 0; -100 to 100.</summary>
    public int Priority { get; init; }

    /// <summary>How long one request may make no progress. Default 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How slow what is read back from it may come, in bytes a second on average over each <see cref="Timeout"/> of waiting for it; what is
    /// slower is an outage. Default 4KB: a frame of 130 MB in nine hours.
    /// </summary>
    public ByteSize MinReadRate { get; init; } = new(4_000);

    /// <summary>How long a proof from here opens a release. Default 30 days.</summary>
    public TimeSpan ProofLifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The first pause after it failed; doubles up to <see cref="MaxPause"/>. Default 10 s.</summary>
    public TimeSpan MinPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause between two tries while it is down. Default 10 min.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The operator's word that its token may go over <c>http://</c> to another machine, where whoever is on the way reads it and can use
    /// it. A new destination does not start without it. Default: false.
    /// </summary>
    public bool SendTokenUnencrypted { get; init; }

    /// <summary>
    /// An address off this machine that a token goes to without encryption, where whoever is on the way reads it; null when there is none.
    /// </summary>
    public string? InClear
    {
        get
        {
            var token = Token is not null || TokenFile is not null;
            var gateway = GatewayToken is not null || GatewayTokenFile is not null;
            var url = Kind == "kubo" ? KuboUrl.Web(Url)?.ToString() : Url;
            return new[] { token ? url : null, token ? CarUrl : null, token ? UploadUrl : null, gateway ? Gateway : null }
                .FirstOrDefault(a => Uri.TryCreate(a, UriKind.Absolute, out var uri) && uri is { Scheme: "http", IsLoopback: false });
        }
    }

    /// <summary>
    /// Whether a destination so configured can prove what it holds. One that cannot gets its copies, and none of them opens a release (law
    /// 2).
    /// </summary>
    public bool GivesProof => DestinationKind.All.FirstOrDefault(k => k.Name == Kind) is { } kind
        && (kind.ProofKey is null || DestinationKind.KeysOf(this).Any(k => k.Key == kind.ProofKey && k.Value is not null));

    /// <summary>The failure domain in force: as configured, or its default.</summary>
    public string Domain =>
        FailureDomain
            ?? (Kind == "kubo" ? KuboUrl.Web(Url)?.Host ?? Kind : Url.Length == 0
                ? Kind
                : new Uri(Url).Host is var host && host.EndsWith(".pinata.cloud", StringComparison.Ordinal) ? "pinata" : host);

    /// <summary>Where it points, whatever its name: see <see cref="DestinationPlace"/>.</summary>
    public string Place => DestinationPlace.Of(this);

    /// <summary>Whether a proof was given by this destination as it is configured now: no other counts (law 2).</summary>
    public bool Gave(CustodyProof proof) => proof.Destination == Name && proof.Place == Place;

    /// <summary>Whether the endpoint of a proof that does not say its place is this place.</summary>
    internal bool WasAskedAt(string endpoint) => DestinationPlace.Is(this, endpoint);

    /// <summary>Says which it is, without its tokens.</summary>
    public override string ToString() => $"{nameof(DestinationOptions)} {{ Name = {Name}, Kind = {Kind} }}";
}
