using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Wanda.PinningServer;

/// <summary>The web server's own limits are for small bodies; uploads have limits of their own.</summary>
internal static class UploadLimits
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    public static void Widen(HttpContext context, PinningServerOptions options)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = new MinDataRate(options.MinUploadRate, Grace);
        }
    }
}
