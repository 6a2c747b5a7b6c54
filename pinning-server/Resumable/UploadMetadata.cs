using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Wanda.PinningServer;

/// <summary>
/// <c>Upload-Metadata</c>: keys and base64 values, as in <c>cid YmFmeS4uLg==,session TTMx</c>. The keys are the parameters of
/// <c>POST /v0/car</c>; others are kept and mean nothing.
/// </summary>
internal static class UploadMetadata
{
    // Six values of 255 characters, with room for keys that mean nothing here.
    public const int MaxLength = 8192;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ApiException">400.</exception>
    public static UploadRequest Read(string metadata)
    {
        var values = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (string pair in metadata.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = pair.Split(' ', 2);
            if (!values.TryAdd(parts[0], parts.Length == 2 ? Decode(parts[0], parts[1]) : ""))
                throw ApiException.BadRequest($"Upload-Metadata has \"{parts[0]}\" twice.");
        }

        return UploadRequest.Read(new QueryCollection(values));
    }

    private static string Decode(string key, string base64)
    {
        try
        {
            return Utf8.GetString(Convert.FromBase64String(base64));
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw ApiException.BadRequest($"Upload-Metadata: the value of \"{key}\" is not UTF-8 in base64.");
        }
    }
}
