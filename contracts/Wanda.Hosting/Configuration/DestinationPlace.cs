using System.IO.Enumeration;

namespace Wanda.Hosting;

/// <summary>
/// A destination's identity: its kind and where it points. Its name, token, limits and failure domain may change, and it stays the same
/// place; with another address or folder it is another one, and has proven nothing yet.
/// </summary>
public static class DestinationPlace
{
    private const string Pinata = "https://api.pinata.cloud";
    private const string SeenAt = " seen at ";
    private const string Disk = ", disk "; // as the catalogue writes it behind the place of a proof when another disk is there

    /// <summary>The place, in words that hold no secret.</summary>
    internal static string Of(DestinationOptions options) => options.Kind + " " + options.Kind switch
    {
        "folder" => Folder(options.Path),
        "sftp" => $"{options.User}@{Address(options.Url)}",
        // What a service holds is seen through its gateway: with another one it shows it anew.
        "pinata" => Service(options.Url.Length > 0 ? options.Url : Pinata, options.Gateway),
        "pinning-service" => Service(options.Url, options.Gateway),
        "kubo" => KuboUrl.Web(options.Url) is { } web ? Address(web.ToString()) : options.Url,
        _ => Address(options.Url),
    };

    /// <summary>
    /// Whether a proof of a version before 0.4, which says where it asked and not which place that was, is of this one. When in doubt it is
    /// not: the destination is asked again.
    /// </summary>
    internal static bool Is(DestinationOptions options, string endpoint) => options.Kind switch
    {
        "folder" => FileSystemName.MatchesSimpleExpression(
            Folder(options.Path).Replace(@"\", @"\\", StringComparison.Ordinal), Folder(Before(endpoint, ", past ", ", perhaps ")),
            ignoreCase: false),
        "sftp" => Before(endpoint, ", as its server reads it") == options.Url,
        "kubo" when KuboUrl.IsLocal(options.Url) => endpoint == options.Url,
        "kubo" => Address(endpoint) == Address(KuboUrl.Web(options.Url)?.ToString() ?? options.Url),
        _ => Address(endpoint) == Address(options.Gateway ?? options.Url),
    };

    /// <summary>
    /// A destination that reads what a place holds, with no secret of anybody: a folder, or what it shows to everybody. Null for a place
    /// that shows nothing.
    /// </summary>
    /// <param name="place">The place, as <see cref="DestinationOptions.Place"/> had it.</param>
    /// <param name="name">The destination's name then: a folder's id file has it.</param>
    public static DestinationOptions? Reading(string place, string name)
    {
        var (kind, rest) = place.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at ? (place[..at], place[(at + 1)..]) : (place, "");
        var gateway = rest.LastIndexOf(SeenAt, StringComparison.Ordinal);
        return kind switch
        {
            "folder" when rest.Length > 0 => new() { Name = name, Kind = kind, Path = WithoutDisk(rest) },
            "wanda" when IsAddress(rest) => new() { Name = name, Kind = kind, Url = rest },
            "pinata" or "pinning-service" when gateway > 0 && IsAddress(rest[..gateway]) && IsAddress(rest[(gateway + SeenAt.Length)..]) =>
                new() { Name = name, Kind = kind, Url = rest[..gateway], Gateway = rest[(gateway + SeenAt.Length)..], Public = true },
            _ => null,
        };
    }

    /// <summary>Whether a place is another disk than the one that was there last: it was proven there, and is not now.</summary>
    public static bool IsOtherDisk(string place) => WithoutDisk(place) != place;

    private static string WithoutDisk(string place) =>
        place.LastIndexOf(Disk, StringComparison.Ordinal) is > 0 and var at && Guid.TryParse(place.AsSpan(at + Disk.Length), out _)
            ? place[..at]
            : place;

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");

    private static string Service(string url, string? gateway) =>
        gateway is null ? Address(url) : $"{Address(url)}{SeenAt}{Address(gateway)}";

    // As a Uri writes it: host in lower case, default port left out. With or without a slash at the end it is one address.
    private static string Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
            ? (uri is { Scheme: "sftp", Port: 22 } ? new UriBuilder(uri) { Port = -1 }.Uri : uri).GetLeftPart(UriPartial.Path).TrimEnd('/')
            : url;

    private static string Folder(string? path) => path is null ? "" : path.Length > 1 ? path.TrimEnd('/') : path;

    private static string Before(string text, params ReadOnlySpan<string> ends)
    {
        foreach (var end in ends)
        {
            if (text.LastIndexOf(end, StringComparison.Ordinal) is >= 0 and var at)
                return text[..at];
        }

        return text;
    }
}
