using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace Wanda.PinningServer;

/// <summary>From where somebody asks: of the connection, or behind a proxy that is trusted, as that says.</summary>
internal static class ClientAddress
{
    // What one line at home or one rented machine has of IPv6: its holder takes another address of it whenever he likes.
    private const int PrefixBytes = 8;

    /// <summary>
    /// The last address in <c>X-Forwarded-For</c> that no trusted proxy has, when a trusted one sends it; from anybody else it counts for
    /// nothing.
    /// </summary>
    /// <param name="app">Whose requests.</param>
    /// <param name="options">Names the proxies.</param>
    /// <param name="headers">What else they are believed in.</param>
    public static void UseClientAddresses(
        this IApplicationBuilder app, PinningServerOptions options, ForwardedHeaders headers = ForwardedHeaders.XForwardedFor)
    {
        if (options.TrustedProxies.Count == 0)
            return; // With nobody named, the middleware believes everybody.
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = headers, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxies in options.Proxies)
            forwarded.KnownIPNetworks.Add(proxies);
        app.UseForwardedHeaders(forwarded);
    }

    /// <summary>The caller's address, of IPv6 the first 64 bits.</summary>
    public static IPAddress Address(this HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return new IPAddress(bytes);
    }
}
