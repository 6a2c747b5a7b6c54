using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>The daemon that a node's configuration names.</summary>
public static class KuboAccess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A client of it; null when none is used.</summary>
    public static KuboClient? Open(WandaOptions options, TimeProvider time)
    {
        var kubo = options.Ipfs.Kubo;
        if (kubo.AddressIn(options.Data) is not { } address)
            return null;
        string? token = kubo.Token ?? (kubo.TokenFile is { } file ? File.ReadAllText(file).Trim() : null);
        var endpoint = KuboAddress.Endpoint(address, token);
        return new(endpoint with { Name = kubo.Manage ? "the node's Kubo" : endpoint.Name, Patience = Patience, Tries = 1 }, time);
    }
}
