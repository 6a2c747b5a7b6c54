namespace Wanda.Ipfs;

/// <summary>OpenSSL's libcrypto is missing, too old, or refused an operation that cannot fail on valid input.</summary>
/// <param name="message">What is missing and how to install it.</param>
public sealed class CryptoLibraryException(string message) : Exception(message);
