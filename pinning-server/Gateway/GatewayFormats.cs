using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>What a gateway request wants back.</summary>
internal enum GatewayFormat
{
    /// <summary>The file itself, or a listing of the directory.</summary>
    File,
    Raw,
    Car,
    IpnsRecord,
}

internal static class GatewayFormats
{
    /// <summary>The <c>format</c> parameter goes before the Accept header, as the specification has it.</summary>
    /// <exception cref="ApiException">400 for a format that is not served here.</exception>
    public static GatewayFormat Of(HttpRequest request)
    {
        if (request.Query["format"].FirstOrDefault() is { Length: > 0 } format)
        {
            return format switch
            {
                "raw" => GatewayFormat.Raw,
                "car" => GatewayFormat.Car,
                "ipns-record" => GatewayFormat.IpnsRecord,
                _ => throw ApiException.BadRequest("\"format\" must be raw, car or ipns-record; without it a file is served as it is."),
            };
        }

        foreach (var type in request.GetTypedHeaders().Accept.OrderByDescending(a => a.Quality ?? 1))
        {
            switch (type.MediaType.Value?.ToLowerInvariant())
            {
                case "application/vnd.ipld.raw":
                    return GatewayFormat.Raw;
                case "application/vnd.ipld.car":
                    RequireVersion1(type.Parameters.FirstOrDefault(p => p.Name == "version")?.Value.Value);
                    return GatewayFormat.Car;
                case "application/vnd.ipfs.ipns-record":
                    return GatewayFormat.IpnsRecord;
                default:
                    break;
            }
        }

        return GatewayFormat.File;
    }

    private static void RequireVersion1(string? version)
    {
        if (version is not null and not "1")
            throw ApiException.BadRequest("CARs are served in version 1 only.");
    }
}
