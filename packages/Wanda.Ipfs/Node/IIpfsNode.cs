namespace Wanda.Ipfs;

/// <summary>
/// A node that keeps files under their CIDs: the embedded one, or a Kubo daemon. Callers need not know which. Everything that only reads
/// (listing, CARs, ranges, possession) works on the node as an <see cref="IBlockSource"/>.
/// </summary>
public interface IIpfsNode : IBlockSource
{
    /// <summary>Adds a file and pins it recursively. Done again it changes nothing.</summary>
    /// <param name="path">The file; it must be durable already, and it may serve as the only copy until it is unpinned.</param>
    /// <param name="owner">Whose pin (a capture id). Files of equal content but different owners are kept independently.</param>
    /// <param name="sha256">
    /// What the SHA-256 of its bytes must be, lower-case hex: compared in the same read. Null for whatever they are.
    /// </param>
    /// <param name="cancellationToken">Stops reading; nothing is left behind.</param>
    /// <exception cref="FileContentException">Its bytes are others; nothing was added.</exception>
    /// <exception cref="FileChangedException">The file was written to meanwhile; add it again when it is complete.</exception>
    /// <exception cref="IOException">The file cannot be read, or the node cannot store.</exception>
    Task<AddedFile> AddFileAsync(string path, string owner, string? sha256, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a directory of things that need not be here, and of small files given as bytes. Its own blocks and the small files' are
    /// pinned direct: what it links to may be unpinned and released.
    /// </summary>
    /// <param name="links">
    /// Names, CIDs and DAG sizes, as <see cref="AddedFile"/> and <see cref="AddedDirectory"/> have them. A name with '/' is a path: the
    /// directories in between are made, and theirs are own blocks too.
    /// </param>
    /// <param name="files">Small files by name, such as <c>metadata.json</c>.</param>
    /// <param name="owner">Whose pins.</param>
    /// <param name="durable">
    /// Whether it is on disk when this returns. False for what can be made again: a power cut may take blocks of it, and reading them says
    /// so.
    /// </param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="ArgumentException">A name is not possible or occurs twice.</exception>
    /// <exception cref="IOException">The node cannot store.</exception>
    Task<AddedDirectory> AddDirectoryAsync(
        IEnumerable<DagPbLink> links, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string owner,
        bool durable = true, CancellationToken cancellationToken = default);

    /// <summary>Drops every pin of an owner, and its references into files; nothing happens when it has none.</summary>
    Task UnpinAsync(string owner, CancellationToken cancellationToken = default);
}
