using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Wanda.Ops.Web;

/// <summary>
/// The console's scripts and styles, which travel inside the assembly. Their addresses carry a hash of their content, so a browser keeps
/// them for ever and never shows an old one after an upgrade.
/// </summary>
internal static class AssetRoutes
{
    private const string Prefix = "assets/";
    private static readonly FrozenDictionary<string, Asset> Assets = Load();

    /// <summary>The address of an asset.</summary>
    public static string Address(string name) => $"/assets/{Assets[name].Hash}/{name}";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/assets/{hash}/{name}", (string name, HttpContext context) =>
        {
            if (!Assets.TryGetValue(name, out var asset))
                return Results.NotFound();
            context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            context.Response.Headers.Vary = "Accept-Encoding";
            if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
                return Results.Bytes(asset.Plain, asset.Type);
            context.Response.Headers.ContentEncoding = "gzip";
            return Results.Bytes(asset.Gzip, asset.Type);
        }).AllowAnonymous();
        app.MapGet("/favicon.ico", () => Results.LocalRedirect(Address("icon.svg"))).AllowAnonymous();
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(n => n[Prefix.Length..], n => Asset.Read(assembly.GetManifestResourceStream(n)!, n));
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
                ".css" => "text/css; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => "application/octet-stream",
            };
            return new Asset(plain, gzip.ToArray(), type, Convert.ToHexStringLower(SHA256.HashData(plain))[..16]);
        }
    }
}
