using System.Text.RegularExpressions;

namespace Wanda.Hosting;

/// <summary>What is wrong with a destination's configuration, a sentence a key.</summary>
internal static partial class DestinationValidator
{
    // Slower, and a piece would take so long that a server takes the line for dead.
    private const long MinBandwidth = 16_000;

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}$")]
    private static partial Regex UserName { get; }

    public static IEnumerable<string> Problems(DestinationOptions destination, int index)
    {
        var key = $"destinations[{index}]";
        if (!WandaOptionsValidator.QueueSafeName.IsMatch(destination.Name))
            yield return $"{key}.name: '{destination.Name}' cannot be used. Write 1 to 40 of a-z 0-9 -; it names a queue.";
        if (DestinationKind.All.FirstOrDefault(k => k.Name == destination.Kind) is not { } kind)
        {
            yield return $"{key}.kind: '{destination.Kind}' is unknown. Write "
                + $"{string.Join(", ", DestinationKind.All.Select(k => $"\"{k.Name}\""))}.";
        }
        else
        {
            foreach (var problem in OfKind(destination, kind, key))
                yield return problem;
        }

        // Domains are counted as they are written (law 2): "a" and "a " would be two.
        if (destination.FailureDomain is { } domain && (string.IsNullOrWhiteSpace(domain) || domain != domain.Trim()))
            yield return $"{key}.failureDomain: '{domain}' cannot be used. Write a name without blanks around it, or leave it out.";
        if (destination.Bandwidth is { Bytes: < MinBandwidth } bandwidth)
            yield return $"{key}.bandwidth: {bandwidth} a second cannot be used. Write at least 16KB, or leave it out for all of the line.";
        if (destination.MonthlyVolume is { Bytes: 0 })
            yield return $"{key}.monthlyVolume: nothing could be sent. Write a size, as \"20GB\", or leave it out for no limit.";
        if (destination is { Kind: "pinning-service", CarUrl: null } and ({ Bandwidth: not null } or { MonthlyVolume: not null }))
        {
            yield return $"{key}.carUrl: is missing. Without it the service fetches from your Kubo, and \"bandwidth\" and "
                + "\"monthlyVolume\" cannot be kept. Write it, or take them out.";
        }

        if (destination.MinReadRate.Bytes == 0)
        {
            yield return $"{key}.minReadRate: 0 cannot be used: one that gives a byte a minute would be waited for without end. Write a "
                + "size a second, as \"4KB\".";
        }

        if (destination.Priority is < -100 or > 100)
            yield return $"{key}.priority: {destination.Priority} cannot be used. Write -100 to 100; higher goes first.";
        if (destination.Concurrency is < 1 or > 16)
            yield return $"{key}.concurrency: {destination.Concurrency} cannot be used. Write 1 to 16.";
        foreach (var (name, value) in new[]
                 {
                     ("timeout", destination.Timeout), ("proofLifetime", destination.ProofLifetime), ("minPause", destination.MinPause),
                 })
        {
            if (value <= TimeSpan.Zero)
                yield return WandaOptionsValidator.Positive($"{key}.{name}", value);
        }

        if (destination.MaxPause < destination.MinPause)
            yield return $"{key}.maxPause: must not be shorter than minPause ({destination.MinPause}).";
    }

    /// <summary>The keys that this kind wants are there, those that it has no use for are not, and what is there can be used.</summary>
    private static IEnumerable<string> OfKind(DestinationOptions destination, DestinationKind kind, string key)
    {
        foreach (var (name, value) in DestinationKind.KeysOf(destination))
        {
            var wanted = kind.Required.Contains(name);
            if (wanted && value is null)
                yield return $"{key}.{name}: is missing; a destination of kind \"{kind.Name}\" needs it. {WhatToWrite(name)}";
            else if (!wanted && value is not null && !kind.Optional.Contains(name) && name != DestinationKind.FailureDomain)
                yield return $"{key}.{name}: means nothing to a destination of kind \"{kind.Name}\". Take it out.";
        }

        foreach (var (name, address) in new[]
                 {
                     ("url", destination.Url), ("gateway", destination.Gateway), ("carUrl", destination.CarUrl),
                     ("uploadUrl", destination.UploadUrl),
                 })
        {
            // Not repeated in the message when there may be a password in it.
            if (address?.Contains('@') == true)
            {
                yield return $"{key}.{name}: holds a user name. Take it out and write "
                    + $"{(destination.Kind == "sftp" ? "\"user\"" : "\"token\" or \"tokenFile\"")}.";
            }
            else if (address is { Length: > 0 } && kind.Schemes is { } schemes
                     && !(Uri.TryCreate(address, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme)
                         && url.Query.Length + url.Fragment.Length == 0)
                     && !(kind.Name == "kubo" && KuboUrl.IsAddress(address)))
            {
                yield return $"{key}.{name}: '{address}' is no address. {WhatToWrite(kind.Name == "kubo" ? "kubo" : "url")}";
            }
        }

        foreach (var (name, file) in new[]
                 {
                      ("tokenFile", destination.TokenFile), ("gatewayTokenFile", destination.GatewayTokenFile),
                      ("keyFile", destination.KeyFile), ("knownHosts", destination.KnownHosts),
                 })
        {
            if (file is not null && !File.Exists(file))
                yield return $"{key}.{name}: {file} does not exist. {WhatToWrite(name)}";
        }

        if (destination.Path is { } path && !Path.IsPathFullyQualified(path))
            yield return $"{key}.path: '{path}' cannot be used. {WhatToWrite("path")}";
        if (destination.User is { } user && !UserName.IsMatch(user))
            yield return $"{key}.user: '{user}' cannot be used. {WhatToWrite("user")}";
    }

    private static string WhatToWrite(string key) => key switch
    {
        "url" => "Write it whole, as \"https://pin.example.org\" or \"sftp://nas.example.org/volume1/wanda\".",
        "kubo" => "Write that of its RPC, as \"http://10.0.0.5:5001\", \"/ip4/10.0.0.5/tcp/5001\" or \"unix:/run/ipfs/rpc.sock\".",
        "public" =>
            "Write true, if what is sent there may be read by anybody who learns its CID: nothing goes to a public network without "
                + "your word.",
        "token" => "Write the token its operator gave you, or \"tokenFile\" with the path of a file that holds it.",
        "tokenFile" => "Write the path of a file that holds the token.",
        "path" => "Write the whole path of the mounted folder, as \"/mnt/nas/wanda\" or \"/media/*/wanda\".",
        "failureDomain" => "Write what fails together with it, as the name of the NAS.",
        "user" => "Write the name that its server knows you by.",
        "keyFile" => "Write the path of the private key.",
        "knownHosts" => "Write the path of a file in ssh's known_hosts format, as made by ssh-keyscan and checked by you.",
        _ => "docs/configuration.md lists the keys.",
    };
}
