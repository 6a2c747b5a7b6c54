namespace Wanda.Ipfs;

/// <summary>A directory was read and has no entry of the wanted name.</summary>
public sealed class PathNotFoundException(Cid root, string path) : IOException($"{root} has no entry \"{path}\".")
{
    /// <summary>Where the search began.</summary>
    public Cid Root { get; } = root;

    /// <summary>The path up to the name that is missing.</summary>
    public string Path { get; } = path;
}
