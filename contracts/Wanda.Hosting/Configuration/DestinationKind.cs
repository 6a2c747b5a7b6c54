namespace Wanda.Hosting;

/// <summary>A kind of destination and the keys that only some kinds have.</summary>
/// <param name="Name">As it is written in <c>kind</c>.</param>
/// <param name="Required">The keys that it cannot do without; <c>token</c> stands for <c>token</c> or <c>tokenFile</c>.</param>
/// <param name="Optional">The keys that it may have besides those that every kind has.</param>
/// <param name="Schemes">What an address may begin with; null when it has none.</param>
/// <param name="ProofKey">The key without which it offers no way to prove what it holds; null when it always does.</param>
public sealed record DestinationKind(
    string Name, IReadOnlyList<string> Required, IReadOnlyList<string> Optional,
    IReadOnlyList<string>? Schemes = null, string? ProofKey = null)
{
    // Every kind takes this key. Kinds without an address need it: nothing else tells what fails together with them.
    internal const string FailureDomain = "failureDomain";

    private static readonly string[] Web = ["http", "https"];

    /// <summary>Every kind that can be configured.</summary>
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        new("wanda", ["url", "token"], [], Web),
        new("folder", ["path", FailureDomain], []),
        new("sftp", ["url", "user", "keyFile"], ["knownHosts"], ["sftp"]),
        new("pinata", ["token", "public"], ["url", "uploadUrl", "gateway", "gatewayToken", "group"], Web, "gateway"),
        new("pinning-service", ["url", "token", "public"], ["carUrl", "gateway", "gatewayToken"], Web, "gateway"),
        new("kubo", ["url", "public"], ["token", "shared"], Web),
    ];

    /// <summary>
    /// The keys that some kinds have and others do not, with their values. A new one is added here and to the kinds that have it.
    /// </summary>
    internal static IReadOnlyList<(string Key, string? Value)> KeysOf(DestinationOptions options) =>
    [
        ("url", options.Url is { Length: > 0 } url ? url : null),
        ("token", options.Token ?? options.TokenFile),
        ("path", options.Path),
        ("user", options.User),
        ("keyFile", options.KeyFile),
        ("knownHosts", options.KnownHosts),
        (FailureDomain, options.FailureDomain),
        ("public", options.Public ? "true" : null),
        ("uploadUrl", options.UploadUrl),
        ("carUrl", options.CarUrl),
        ("gateway", options.Gateway),
        ("gatewayToken", options.GatewayToken ?? options.GatewayTokenFile),
        ("group", options.Group),
        ("shared", options.Shared ? null : "false"),
    ];
}
