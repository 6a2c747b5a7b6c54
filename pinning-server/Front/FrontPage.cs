using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary><c>/</c>: what this is, how one joins and who may read what is here, for whoever comes by. Nothing of the nodes.</summary>
internal sealed class FrontPage(PinningServerOptions options, NodeRegistry nodes)
{
    public async Task ShowAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.WriteAsync(Page(options.AddressFor(context.Request)).ToString(), context.RequestAborted);
    }

    private Html Page(string server) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>WANDA pinning server</title>
        </head>
        <body>
        <h1>A WANDA pinning server</h1>
        <p>It keeps frames of telescopes for a community, proves that it has them, and gives them back by their CID. It speaks the IPFS
        Pinning Service API (under <code>{server}/psa</code>), the HTTP gateway, and CAR uploads in one piece or in parts.</p>
        <h2>Joining</h2>
        {Join(server)}
        <h2>Who may read</h2>
        {Reading()}
        <p>What others must not read is to be encrypted before it is sent.</p>
        </body>
        </html>

        """);

    private Html Join(string server) => nodes.IsOpen
        ? Html.Of($"<p>Nobody has been invited yet: whoever is on this machine may use it without a token.</p>")
        : Html.Of($"""
            <p>Its operator gives you an invite for your node, good once. On the node:</p>
            <pre>wanda join {server} CODE</pre>
            <p>Programs that speak the Pinning Service API alone use <code>{server}/psa</code> and a token of their own: ask the operator.</p>
            """);

    private Html Reading() => options.Reads switch
    {
        Reads.Public => Html.Of(
            $"<p>Anybody who knows a CID may read what is under it. Nothing lists the CIDs of a node to others.</p>"),
        Reads.Own => Html.Of($"""
            <p>Every node reads what it has pinned itself, and nothing else: to others it is as if that were not here, also when they know its
            CID.</p>
            """),
        _ => Html.Of($"""
            <p>Every node with a token may read, and ask for a proof of, whatever is here when it knows its CID, and pin it for itself: blocks
            are shared. Nothing lists the CIDs of a node to others, and nobody reads anything without a token.</p>
            """),
    };
}
