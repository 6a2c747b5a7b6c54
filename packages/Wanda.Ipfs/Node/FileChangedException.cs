namespace Wanda.Ipfs;

/// <summary>A file was written to while it was read, so that its CID would stand for a state it never had.</summary>
public sealed class FileChangedException(string path)
    : IOException($"{path} changed while it was being added. Add it again when whoever writes it has finished.")
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
