using NSec.Cryptography;

namespace Wanda.Ipfs;

/// <summary>Ed25519 (RFC 8032) on raw bytes: 32-byte seed, 32-byte public key, 64-byte signature.</summary>
internal static class Ed25519
{
    public const int SeedLength = 32;
    public const int PublicKeyLength = 32;

    // Exported into key files only.
    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };

    /// <summary>The key of a seed, in memory that is locked, kept out of core dumps, and cleared when the key goes.</summary>
    public static Key Import(ReadOnlySpan<byte> seed) =>
        Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey, Exportable);

    public static Key Generate() => Key.Create(SignatureAlgorithm.Ed25519, Exportable);

    public static byte[] SeedOf(Key key) => key.Export(KeyBlobFormat.RawPrivateKey);

    public static byte[] PublicKeyOf(Key key) => key.PublicKey.Export(KeyBlobFormat.RawPublicKey);

    public static byte[] Sign(Key key, ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(key, message);

    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        NSec.Cryptography.PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
        && SignatureAlgorithm.Ed25519.Verify(key!, message, signature);
}
