namespace Wanda.Ipfs;

/// <summary>What any node can do.</summary>
public static class IpfsNodeExtensions
{
    /// <summary>Adds a file as it is, whatever bytes it holds.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">The file; it must be durable already, and it may serve as the only copy until it is unpinned.</param>
    /// <param name="owner">Whose pin. Files of equal content but different owners are kept independently.</param>
    /// <param name="cancellationToken">Stops reading; nothing is left behind.</param>
    /// <exception cref="FileChangedException">The file was written to meanwhile; add it again when it is complete.</exception>
    /// <exception cref="IOException">The file cannot be read, or the node cannot store.</exception>
    public static Task<AddedFile> AddFileAsync(
        this IIpfsNode node, string path, string owner, CancellationToken cancellationToken = default) =>
        node.AddFileAsync(path, owner, null, cancellationToken);
}
