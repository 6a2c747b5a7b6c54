using System.Security.Cryptography;
using System.Text;

namespace Wanda.Notify;

/// <summary>
/// Signatures of Standard Webhooks (<see href="https://github.com/standard-webhooks/standard-webhooks"/>): HMAC-SHA256 over
/// <c>ID.TIMESTAMP.BODY</c>. Receivers have libraries that check them.
/// </summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The key in a secret; null when it is none.</summary>
    public static byte[]? KeyOf(string secret)
    {
        byte[] key = new byte[64];
        return secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], key, out int length) && length >= 24 ? key[..length] : null;
    }

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    public static string Of(byte[] key, string id, long timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }
}
