using Microsoft.AspNetCore.Http;

namespace Wanda.Ops.Web;

/// <summary>Sends a frame's preview. The file's name tells nothing: what it begins with does.</summary>
internal static class PreviewFile
{
    private static ReadOnlySpan<byte> Jpeg => [0xff, 0xd8, 0xff];

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    public static async Task<IResult> SendAsync(string path, HttpContext context)
    {
        if (!File.Exists(path))
            return Results.NotFound();
        var type = await TypeOfAsync(path, context.RequestAborted);
        if (type is null)
            return Results.NotFound();
        // A preview is made once and never changes; it outlives its frame.
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.File(path, type);
    }

    private static async Task<string?> TypeOfAsync(string path, CancellationToken cancellationToken)
    {
        var head = new byte[8];
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete,
            bufferSize: 0, useAsync: true);
        var read = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        return head.AsSpan(0, read).StartsWith(Jpeg) ? "image/jpeg" : head.AsSpan(0, read).StartsWith(Png) ? "image/png" : null;
    }
}
