namespace Wanda.Ipfs;

/// <summary>Text or bytes that are not a CID, a multihash or a multibase string; the message says which rule was broken.</summary>
public sealed class CidFormatException(string message) : FormatException(message);
