using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Wanda.PinningServer;

/// <summary>The secret of an invite: 256 random bits as text, known here by their hash.</summary>
internal static class InviteCode
{
    private const string Prefix = "wandainvite_";

    public static string Generate() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
