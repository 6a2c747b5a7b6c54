using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using QRCoder;
using Wanda.Ipfs;

namespace Wanda.Ops.Web;

/// <summary>
/// A CID to be scanned: this node's own link to it, as whoever asks reaches the node, so that a phone needs nothing installed.
/// </summary>
internal static class QrRoutes
{
    private const int PixelsPerModule = 4;

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/ipfs/qr/{cid}", (string cid, HttpContext context) =>
    {
        if (!Cid.TryParse(cid, out var known))
            return Results.NotFound();
        var request = context.Request;
        using var code = QRCodeGenerator.GenerateQrCode(
            $"{request.Scheme}://{request.Host}/ipfs/{known}", QRCodeGenerator.ECCLevel.M);
        using var picture = new SvgQRCode(code);
        return Results.Text(picture.GetGraphic(PixelsPerModule), "image/svg+xml");
    }).WithMetadata(new ForViewers());
}
