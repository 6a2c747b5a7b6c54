using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>The daemon that a node's configuration names.</summary>
public static class KuboAccess
{
    /// <summary>A client of it; null when none is used.</summary>
    /// <param name="options">The node's configuration.</param>
    /// <param name="patience">How long it may be silent.</param>
    /// <param name="time">The clock.</param>
    public static KuboClient? Open(WandaOptions options, TimeSpan patience, TimeProvider time) =>
        options.Ipfs.Kubo.RpcIn(options.Data) is var (address, token, name)
            ? new(KuboAddress.Endpoint(address, token, name) with { Patience = patience, Tries = 1 }, time)
            : null;
}
