namespace Wanda.Ipfs;

/// <summary>Ed25519 (RFC 8032) on raw bytes: 32-byte seed, 32-byte public key, 64-byte signature.</summary>
internal static unsafe class Ed25519
{
    public const int SeedLength = 32;
    public const int PublicKeyLength = 32;
    public const int SignatureLength = 64;

    public static byte[] PublicKeyOf(ReadOnlySpan<byte> seed)
    {
        var crypto = LibCrypto.Instance;
        nint key = PrivateKey(crypto, seed);
        try
        {
            var publicKey = new byte[PublicKeyLength];
            nuint length = PublicKeyLength;
            fixed (byte* output = publicKey)
            {
                Require(crypto, crypto.GetRawPublicKey(key, output, &length), "EVP_PKEY_get_raw_public_key");
            }
            return publicKey;
        }
        finally
        {
            crypto.FreeKey(key);
        }
    }

    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        var crypto = LibCrypto.Instance;
        nint key = PrivateKey(crypto, seed);
        nint context = crypto.NewContext();
        try
        {
            // Ed25519 hashes by itself: no digest is named.
            Require(crypto, crypto.SignInit(context, 0, 0, 0, key), "EVP_DigestSignInit");
            var signature = new byte[SignatureLength];
            nuint length = SignatureLength;
            fixed (byte* output = signature)
            fixed (byte* input = message)
            {
                Require(crypto, crypto.Sign(context, output, &length, input, (nuint)message.Length), "EVP_DigestSign");
            }
            return signature;
        }
        finally
        {
            crypto.FreeContext(context);
            crypto.FreeKey(key);
        }
    }

    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyLength || signature.Length != SignatureLength)
        {
            return false;
        }
        var crypto = LibCrypto.Instance;
        nint key;
        fixed (byte* raw = publicKey)
        {
            key = crypto.NewRawPublicKey(LibCrypto.Ed25519, 0, raw, PublicKeyLength);
        }
        if (key == 0)
        {
            crypto.ClearErrors();
            return false;
        }
        nint context = crypto.NewContext();
        try
        {
            Require(crypto, crypto.VerifyInit(context, 0, 0, 0, key), "EVP_DigestVerifyInit");
            fixed (byte* sig = signature)
            fixed (byte* input = message)
            {
                bool valid = crypto.Verify(context, sig, SignatureLength, input, (nuint)message.Length) == 1;
                if (!valid)
                {
                    crypto.ClearErrors();
                }
                return valid;
            }
        }
        finally
        {
            crypto.FreeContext(context);
            crypto.FreeKey(key);
        }
    }

    private static nint PrivateKey(LibCrypto crypto, ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedLength);
        fixed (byte* raw = seed)
        {
            nint key = crypto.NewRawPrivateKey(LibCrypto.Ed25519, 0, raw, SeedLength);
            Require(crypto, key == 0 ? 0 : 1, "EVP_PKEY_new_raw_private_key");
            return key;
        }
    }

    private static void Require(LibCrypto crypto, int result, string function)
    {
        if (result == 1)
        {
            return;
        }
        crypto.ClearErrors();
        throw new CryptoLibraryException($"OpenSSL's {function} failed with {result}.");
    }
}
