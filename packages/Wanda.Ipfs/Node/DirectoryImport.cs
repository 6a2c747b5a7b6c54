namespace Wanda.Ipfs;

/// <summary>
/// Makes a directory of links and of small files given as bytes, for whichever node keeps it. A '/' in a name makes a directory within.
/// </summary>
internal static class DirectoryImport
{
    private const int MaxDepth = 64;

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

        var blocks = new Sink(put);
        var directory = await BuildAsync(profile, entries, 0, blocks, cancellationToken).ConfigureAwait(false);
        // Those within come first, as their CIDs are needed: turned round, the root does.
        return new(directory.Root, directory.DagSize, [.. blocks.Blocks.AsEnumerable().Reverse().Concat(fileBlocks.Blocks).Distinct()]);
    }

    private static async Task<UnixFsDirectory> BuildAsync(
        UnixFsProfile profile, List<DagPbLink> entries, int depth, Sink blocks, CancellationToken cancellationToken)
    {
        if (depth > MaxDepth)
            throw new ArgumentException($"\"{entries[0].Name}\" lies deeper than {MaxDepth} directories.", nameof(entries));
        var own = entries.Where(e => !e.Name.Contains('/')).ToList();
        foreach (var within in entries.Where(e => e.Name.Contains('/')).GroupBy(e => e.Name[..e.Name.IndexOf('/')]))
        {
            var links = within.Select(e => e with { Name = e.Name[(within.Key.Length + 1)..] }).ToList();
            var inner = await BuildAsync(profile, links, depth + 1, blocks, cancellationToken).ConfigureAwait(false);
            own.Add(new(within.Key, inner.Root, inner.DagSize));
        }

        var directory = UnixFsDirectory.Build(profile, own);
        foreach (var block in directory.Blocks.Reverse())
            await blocks.NodeAsync(block, cancellationToken).ConfigureAwait(false);
        return directory;
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
