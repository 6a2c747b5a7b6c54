namespace Wanda.Hosting;

/// <summary>
/// Variables of the WANDA app's own plan (IPFS_ENABLED, IPFS_API_ADDR): they hold where neither the file nor a variable of ours says which
/// Kubo is used, for they may be there for other programs.
/// </summary>
internal static class SeedVariables
{
    private const string Enabled = "IPFS_ENABLED", Address = "IPFS_API_ADDR";
    private const string UsualAddress = "http://127.0.0.1:5001";

    /// <summary>What is wrong with them, a sentence a variable.</summary>
    public static IEnumerable<string> Problems()
    {
        if (Read(Enabled) is { } enabled && IsTrue(enabled) is null)
            yield return $"{Enabled}: '{enabled}' cannot be used (in the environment). Write true or false.";
        if (Read(Address) is { } address && (address.Contains('@') || !KuboUrl.IsAddress(address)))
            yield return $"{Address}: is no address (in the environment). Write that of Kubo's RPC, as \"/ip4/127.0.0.1/tcp/5001\".";
    }

    /// <summary>The options with them.</summary>
    public static WandaOptions Under(WandaOptions options)
    {
        var (enabled, address) = (Read(Enabled) is { } text ? IsTrue(text) : null, Read(Address));
        if (options.Ipfs.Kubo.IsUsed || options.Ipfs.Mode != IpfsMode.Auto)
            return options;
        if (enabled == false)
            return options with { Ipfs = options.Ipfs with { Mode = IpfsMode.Embedded } };
        return address is not null || enabled == true
            ? options with { Ipfs = options.Ipfs with { Kubo = options.Ipfs.Kubo with { Url = address ?? UsualAddress } } }
            : options;
    }

    private static string? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value.Trim() : null;

    private static bool? IsTrue(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" or "YES" or "ON" => true,
        "FALSE" or "0" or "NO" or "OFF" => false,
        _ => null,
    };
}
