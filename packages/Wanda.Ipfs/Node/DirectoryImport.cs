namespace Wanda.Ipfs;

/// <summary>Makes a directory of links and of small files given as bytes, for whichever node keeps it.</summary>
internal static class DirectoryImport
{
    /// <param name="profile">Decides CIDs.</param>
    /// <param name="links">What is kept elsewhere.</param>
    /// <param name="files">What is made into blocks here.</param>
    /// <param name="put">
    /// Takes the blocks, leaves too, for they lie in no file; a block's memory is used again when the call returns.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<AddedDirectory> RunAsync(
        UnixFsProfile profile, IEnumerable<DagPbLink> links, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files,
        Func<Block, CancellationToken, ValueTask> put, CancellationToken cancellationToken)
    {
        var entries = links.ToList();
        var fileBlocks = new Sink(put);
        foreach (var (name, content) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var file = await new UnixFsImporter(profile).ImportAsync(new MemoryStream(content.ToArray()), fileBlocks,
                cancellationToken).ConfigureAwait(false);
            entries.Add(new(name, file.Root, file.DagSize));
        }

        var directory = UnixFsDirectory.Build(profile, entries);
        var blocks = new Sink(put);
        foreach (var block in directory.Blocks)
            await blocks.NodeAsync(block, cancellationToken).ConfigureAwait(false);
        return new(directory.Root, directory.DagSize, [.. blocks.Blocks.Concat(fileBlocks.Blocks).Distinct()]);
    }

    private sealed class Sink(Func<Block, CancellationToken, ValueTask> put) : IDagSink
    {
        public List<BlockInfo> Blocks { get; } = [];

        public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
            NodeAsync(block, cancellationToken);

        public ValueTask NodeAsync(Block block, CancellationToken cancellationToken)
        {
            Blocks.Add(new(block.Cid, block.Data.Length));
            return put(block, cancellationToken);
        }
    }
}
