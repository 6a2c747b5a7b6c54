namespace Wanda.Ipfs;

/// <summary>
/// A key file that others than its owner may read or write is not used: the name it owns could be somebody else's already.
/// </summary>
/// <param name="path">The file.</param>
public sealed class KeyFilePermissionException(string path)
    : Exception($"{path} can be read or written by others than its owner, so the key in it is not used. Run: chmod 600 '{path}'")
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
