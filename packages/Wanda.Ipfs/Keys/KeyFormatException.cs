namespace Wanda.Ipfs;

/// <summary>Bytes or text that are no key, peer id or IPNS name that this library understands; the message says what was found.</summary>
/// <param name="message">What was found and what was expected.</param>
public sealed class KeyFormatException(string message) : FormatException(message);
