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
    DagJson,
    DagCbor,
    Json,
    Cbor,
}

/// <summary>The format and its parameters: those of the address go before those of the Accept header.</summary>
/// <remarks>Source: IPFS specs, "Trustless Gateway", sections "Request Query Parameters" and "Accept"; IPIP-412 and IPIP-523.</remarks>
/// <param name="Format">What is wanted.</param>
/// <param name="Parameters">Of the type in the Accept header; empty when the address says the format.</param>
/// <param name="IsAccepted">Whether the Accept header says the format.</param>
internal sealed record GatewayAsk(GatewayFormat Format, IReadOnlyDictionary<string, string> Parameters, bool IsAccepted)
{
    private static readonly Dictionary<string, GatewayFormat> Words = new(StringComparer.Ordinal)
    {
        ["raw"] = GatewayFormat.Raw,
        ["car"] = GatewayFormat.Car,
        ["ipns-record"] = GatewayFormat.IpnsRecord,
        ["dag-json"] = GatewayFormat.DagJson,
        ["dag-cbor"] = GatewayFormat.DagCbor,
        ["json"] = GatewayFormat.Json,
        ["cbor"] = GatewayFormat.Cbor,
    };

    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["application/vnd.ipld.raw"] = "raw",
        ["application/vnd.ipld.car"] = "car",
        ["application/vnd.ipfs.ipns-record"] = "ipns-record",
        ["application/vnd.ipld.dag-json"] = "dag-json",
        ["application/vnd.ipld.dag-cbor"] = "dag-cbor",
        ["application/json"] = "json",
        ["application/cbor"] = "cbor",
    };

    /// <summary>The word for the format in an address.</summary>
    public string Word => Words.First(w => w.Value == Format).Key;

    /// <exception cref="ApiException">400, 406: a format that is not served here.</exception>
    public static GatewayAsk Of(HttpRequest request)
    {
        // A CAR's parameters may stand in the header also when the address says "car".
        var accepted = Accepted(request);
        if (request.Query["format"].FirstOrDefault() is not { Length: > 0 } word)
            return accepted ?? new(GatewayFormat.File, new Dictionary<string, string>(), false);
        if (!Words.TryGetValue(word, out var format))
        {
            throw ApiException.BadRequest(
                $"\"format\" must be one of {string.Join(", ", Words.Keys)}; without it a file is served as it is.");
        }

        return accepted?.Format == format ? accepted with { IsAccepted = false } : new(format, new Dictionary<string, string>(), false);
    }

    private static GatewayAsk? Accepted(HttpRequest request)
    {
        foreach (var type in request.GetTypedHeaders().Accept.Where(a => a.Quality != 0).OrderByDescending(a => a.Quality ?? 1))
        {
            string name = type.MediaType.Value ?? "";
            if (Types.TryGetValue(name, out string? word))
            {
                var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                foreach (var parameter in type.Parameters)
                    parameters[parameter.Name.ToString()] = parameter.Value.ToString();
                return new(Words[word], parameters, true);
            }

            if (name.Equals("application/x-tar", StringComparison.OrdinalIgnoreCase))
            {
                throw new ApiException(StatusCodes.Status406NotAcceptable, "NOT_ACCEPTABLE",
                    "TAR is not served; ask for application/vnd.ipld.car, or for the files.");
            }
        }

        return null;
    }
}
