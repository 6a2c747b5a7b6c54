using System.Runtime.InteropServices;

namespace Wanda.Ipfs;

/// <summary>
/// The few functions of OpenSSL's libcrypto that Ed25519 needs: the base class library has no Ed25519, and a signature scheme is
/// nothing to write oneself. Loaded by function pointer, on first use, so that a node without keys does not need the library.
/// </summary>
internal sealed unsafe class LibCrypto
{
    /// <summary>OpenSSL's number for Ed25519 (NID_ED25519).</summary>
    public const int Ed25519 = 1087;

    private static readonly Lazy<LibCrypto> Loaded = new(() => new LibCrypto(Load()));

    public readonly delegate* unmanaged<int, nint, byte*, nuint, nint> NewRawPrivateKey;
    public readonly delegate* unmanaged<int, nint, byte*, nuint, nint> NewRawPublicKey;
    public readonly delegate* unmanaged<nint, byte*, nuint*, int> GetRawPublicKey;
    public readonly delegate* unmanaged<nint, void> FreeKey;
    public readonly delegate* unmanaged<nint> NewContext;
    public readonly delegate* unmanaged<nint, void> FreeContext;
    public readonly delegate* unmanaged<nint, nint, nint, nint, nint, int> SignInit;
    public readonly delegate* unmanaged<nint, byte*, nuint*, byte*, nuint, int> Sign;
    public readonly delegate* unmanaged<nint, nint, nint, nint, nint, int> VerifyInit;
    public readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, int> Verify;
    public readonly delegate* unmanaged<void> ClearErrors;

    private LibCrypto(nint library)
    {
        nint Export(string name) => NativeLibrary.TryGetExport(library, name, out nint address)
            ? address
            : throw new CryptoLibraryException($"The libcrypto found here has no {name}: Ed25519 needs OpenSSL 1.1.1 or newer.");

        NewRawPrivateKey = (delegate* unmanaged<int, nint, byte*, nuint, nint>)Export("EVP_PKEY_new_raw_private_key");
        NewRawPublicKey = (delegate* unmanaged<int, nint, byte*, nuint, nint>)Export("EVP_PKEY_new_raw_public_key");
        GetRawPublicKey = (delegate* unmanaged<nint, byte*, nuint*, int>)Export("EVP_PKEY_get_raw_public_key");
        FreeKey = (delegate* unmanaged<nint, void>)Export("EVP_PKEY_free");
        NewContext = (delegate* unmanaged<nint>)Export("EVP_MD_CTX_new");
        FreeContext = (delegate* unmanaged<nint, void>)Export("EVP_MD_CTX_free");
        SignInit = (delegate* unmanaged<nint, nint, nint, nint, nint, int>)Export("EVP_DigestSignInit");
        Sign = (delegate* unmanaged<nint, byte*, nuint*, byte*, nuint, int>)Export("EVP_DigestSign");
        VerifyInit = (delegate* unmanaged<nint, nint, nint, nint, nint, int>)Export("EVP_DigestVerifyInit");
        Verify = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, int>)Export("EVP_DigestVerify");
        ClearErrors = (delegate* unmanaged<void>)Export("ERR_clear_error");
    }

    public static LibCrypto Instance => Loaded.Value;

    // A bare "libcrypto.dylib" is left out on purpose: macOS aborts any process that loads its own unversioned copy.
    private static string[] Candidates =>
        OperatingSystem.IsWindows() ? ["libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto-1_1-x64.dll"]
        : OperatingSystem.IsMacOS() ?
        [
            "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib",
            "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib",
            "libcrypto.3.dylib",
        ]
        : ["libcrypto.so.3", "libcrypto.so.1.1"];

    private static nint Load()
    {
        foreach (var name in Candidates)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return library;
            }
        }

        throw new CryptoLibraryException(
            $"OpenSSL's libcrypto was not found (tried {string.Join(", ", Candidates)}). It signs and checks IPNS names. "
            + "On Debian: apt install libssl3. On macOS: brew install openssl@3.");
    }
}
