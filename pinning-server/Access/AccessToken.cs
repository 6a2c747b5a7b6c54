using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Wanda.PinningServer;

/// <summary>
/// Bearer tokens: 256 random bits as text. Being random they need no salt and no slow hash; the server knows their SHA-256 only.
/// </summary>
public static class AccessToken
{
    /// <summary>The shortest token accepted from a file, in characters: nobody guesses 128 random bits.</summary>
    public const int MinLength = 22;

    // Lets secret scanners and people recognise a token that lies where it should not.
    private const string Prefix = "wanda_";

    /// <summary>A new token. Show it once; keep its <see cref="Hash"/>.</summary>
    public static string Generate() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The SHA-256 of the token's text in lower-case hexadecimal, as <see cref="NodeOptions.TokenSha256"/> wants it.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
