using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// <c>GET /routing/v1/providers/{cid}</c>: says of what is here, and of nothing else, that it is here, over HTTP, at the public address.
/// A Kubo that asks this server fetches frames from its gateway with no libp2p at all.
/// </summary>
/// <remarks>Source: IPFS specs, "Delegated Routing V1 HTTP API", and "Trustless Gateway" as a transport (IPIP-518, peer schema).</remarks>
internal sealed class ProviderEndpoint(IBlockSource blocks, ServerIdentity identity, PinningServerOptions options)
{
    private const string Lines = "application/x-ndjson";

    // As the specification advises: what is here stays, what is not may come.
    private const string Known = "public, max-age=300, stale-while-revalidate=172800, stale-if-error=172800";
    private const string Unknown = "public, max-age=15, stale-while-revalidate=172800, stale-if-error=172800";

    public async Task GetAsync(HttpContext context, string cid)
    {
        if (!Cid.TryParse(cid, out var wanted))
            throw ApiException.BadRequest($"\"{cid[..Math.Min(100, cid.Length)]}\" is not a CID.");
        if (options.Reads != Reads.Public || options.PublicAddress is not { } address)
        {
            throw ApiException.NotFound("This server names itself to nobody: it is not public, or it does not know its public address "
                + "(--public-reads, --public-url).");
        }

        bool isHere = await blocks.FindAsync(wanted, context.RequestAborted) is not null;
        var self = new
        {
            Schema = "peer",
            ID = identity.PeerId,
            Addrs = new[] { Multiaddr(address) },
            Protocols = new[] { "transport-ipfs-gateway-http" },
        };
        object[] providers = isHere ? [self] : [];
        var headers = context.Response.Headers;
        headers.CacheControl = isHere ? Known : Unknown;
        headers.Vary = "Accept";
        bool isLines = context.Request.GetTypedHeaders().Accept
            .Any(a => a.Quality != 0 && a.MediaType.Equals(Lines, StringComparison.OrdinalIgnoreCase));
        context.Response.ContentType = isLines ? Lines : "application/json";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        string body = isLines
            ? string.Concat(providers.Select(p => JsonSerializer.Serialize(p) + "\n"))
            : JsonSerializer.Serialize(new { Providers = providers });
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    // A path before /ipfs has no place in a multiaddr that Kubo dials, and none in what a gateway is.
    private static string Multiaddr(Uri address)
    {
        string host = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)
            ? $"{(ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "ip6" : "ip4")}/{ip}"
            : $"dns/{address.IdnHost}";
        return $"/{host}/tcp/{address.Port}/{address.Scheme}";
    }
}
