using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Wanda.Ops.Web;

/// <summary>
/// The console's scripts and styles, which travel inside the assembly. Their addresses carry a hash of their content, so a browser keeps
/// them for ever and never shows an old one after an upgrade. Those that other pages name (<c>/wanda/components.js</c>) keep their address,
/// and are asked for again each time.
/// </summary>
internal static class AssetRoutes
{
    private static readonly FrozenDictionary<string, Asset> Assets = Load("assets/");
    private static readonly FrozenDictionary<string, Asset> Components = Load("components/");

    /// <summary>The address of an asset.</summary>
    public static string Address(string name) => $"/assets/{Assets[name].Hash}/{name}";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/assets/{hash}/{name}",
            (string name, HttpContext context) => Send(Assets, name, "public, max-age=31536000, immutable", context)).AllowAnonymous();
        app.MapGet("/wanda/{name}", (string name, HttpContext context) => Send(Components, name, "no-cache", context)).AllowAnonymous();
        app.MapGet("/favicon.ico", () => Results.LocalRedirect(Address("icon.svg"))).AllowAnonymous();
    }

    private static IResult Send(FrozenDictionary<string, Asset> assets, string name, string cache, HttpContext context)
    {
        if (!assets.TryGetValue(name, out var asset))
            return Results.NotFound();
        context.Response.Headers.CacheControl = cache;
        context.Response.Headers.Vary = "Accept-Encoding";
        var isPacked = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (isPacked)
            context.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(isPacked ? asset.Gzip : asset.Plain, asset.Type,
            entityTag: new EntityTagHeaderValue($"\"{asset.Hash}{(isPacked ? "-gzip" : "")}\""));
    }

    private static FrozenDictionary<string, Asset> Load(string prefix)
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(n => n[prefix.Length..], n => Asset.Read(assembly.GetManifestResourceStream(n)!, n));
    }

    private sealed record Asset(byte[] Plain, byte[] Gzip, string Type, string Hash)
    {
        public static Asset Read(Stream stream, string name)
        {
            using var _ = stream;
            var plain = new byte[stream.Length];
            stream.ReadExactly(plain);
            var gzip = new MemoryStream();
            using (var pack = new GZipStream(gzip, CompressionLevel.Optimal))
                pack.Write(plain);
            var type = Path.GetExtension(name) switch
            {
                ".js" => "text/javascript; charset=utf-8",
                ".ts" => "text/plain; charset=utf-8",
                ".css" => "text/css; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => "application/octet-stream",
            };
            return new Asset(plain, gzip.ToArray(), type, Convert.ToHexStringLower(SHA256.HashData(plain))[..16]);
        }
    }
}
