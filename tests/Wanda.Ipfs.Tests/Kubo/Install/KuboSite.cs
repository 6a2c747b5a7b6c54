using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo.Install;

/// <summary>A site on loopback in the layout of Kubo's own, with one version for this machine.</summary>
internal static class KuboSite
{
    public const string Release = "0.43.1";

    /// <summary>A program that says what Kubo says of itself.</summary>
    public const string Script = "#!/bin/sh\n[ \"$2\" = --repo ] && echo 18 || echo 0.43.1\n";

    public static readonly string ArchivePath =
        $"/kubo/v{Release}/kubo_v{Release}_{new KuboInstallerOptions { Program = "ipfs" }.Platform}.tar.gz";

    public static Task<StandIn> StartAsync(
        byte[] archive, string? hash = null, string versions = "v0.43.1\n", RequestDelegate? answer = null) =>
        StandIn.StartAsync(context => context.Request.Path.Value switch
        {
            "/kubo/versions" => context.Response.WriteAsync(versions),
            var path when path == ArchivePath + ".sha512" => context.Response.WriteAsync(
                $"{hash ?? Hash(archive)}  {Path.GetFileName(ArchivePath)}\n"),
            var path when path == ArchivePath => answer?.Invoke(context) ?? context.Response.Body.WriteAsync(archive).AsTask(),
            _ => NotFound(context),
        });

    public static byte[] Archive(params (string Name, string Content)[] files)
    {
        var stream = new MemoryStream();
        using (var zip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Ustar))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                });
            }
        }

        return stream.ToArray();
    }

    public static string Hash(byte[] archive) => Convert.ToHexStringLower(SHA512.HashData(archive));

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
