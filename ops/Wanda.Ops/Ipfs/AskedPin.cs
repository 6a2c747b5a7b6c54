using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>
/// Pins that somebody asked for by REST, each under an owner of its own, <c>asked/CID</c>: frames and archives have other owners, and what
/// becomes of their pins is not theirs to say.
/// </summary>
internal static class AskedPin
{
    private const string Prefix = "asked/";

    public static string Owner(Cid cid) => Prefix + cid;

    public static bool Is(string owner) => owner.StartsWith(Prefix, StringComparison.Ordinal);
}
