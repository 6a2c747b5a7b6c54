using System.Security.Cryptography;

namespace Wanda.Ipfs;

/// <summary>Signatures by RSA keys, of the sizes that are in use: 2048 bits, libp2p's least, to 4096.</summary>
/// <remarks>
/// Source: libp2p specs, "Peer Ids and Keys": the key is a SubjectPublicKeyInfo in DER, signatures are PKCS #1 v1.5 over SHA-256.
/// </remarks>
internal static class RsaSignature
{
    private const int MinBits = 2048;
    private const int MaxBits = 4096;

    /// <summary>Whether the key made the signature.</summary>
    /// <exception cref="KeyFormatException">No RSA key, or one of another size.</exception>
    public static bool IsOf(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportSubjectPublicKeyInfo(publicKey, out int read);
            if (read != publicKey.Length)
                throw new KeyFormatException($"The RSA key has {publicKey.Length - read} bytes too many.");
        }
        catch (CryptographicException)
        {
            throw new KeyFormatException("The RSA key is not the DER that libp2p writes.");
        }

        return rsa.KeySize is >= MinBits and <= MaxBits
            ? rsa.VerifyData(message, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : throw new KeyFormatException($"The RSA key has {rsa.KeySize} bits; {MinBits} to {MaxBits} are checked here.");
    }
}
