namespace Wanda.Ipfs;

/// <summary>A file does not hold the bytes that were to be added; nothing was added.</summary>
public sealed class FileContentException(string path, string sha256)
    : IOException($"{path} holds other bytes than it should: their SHA-256 is {sha256}.")
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>The SHA-256 of the bytes that it holds, lower-case hex.</summary>
    public string Sha256 { get; } = sha256;
}
