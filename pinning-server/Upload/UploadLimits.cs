using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Wanda.PinningServer;

/// <summary>The web server's own limits are for small bodies; uploads have limits of their own.</summary>
internal static class UploadLimits
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For an endpoint that takes uploads, from before it is known whether this one is taken: a connection whose body is larger than the
    /// web server likes is reset with the answer, and a proxy in front then makes a 502 of our refusal.
    /// </summary>
    public static readonly IRequestSizeLimitMetadata AnySize = new Unlimited();

    /// <summary>Waits for an upload that is taken as long as its node's line needs.</summary>
    public static void BePatient(HttpContext context, PinningServerOptions options)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(options.MinUploadRate, Grace);
    }

    /// <summary>The operator set a limit, and this is beyond it.</summary>
    public static ApiException TooLarge(long limit) => new(413, "PAYLOAD_TOO_LARGE",
        $"An upload has at most {limit} bytes here. The operator of this server can raise that (--max-upload).");

    private sealed class Unlimited : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
