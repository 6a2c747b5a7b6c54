using Wanda.Ipfs;

namespace Wanda.Destinations.Copies;

/// <summary>The blocks of a process that only reads copies back: it has none to send or to prove by.</summary>
internal sealed class NoBlocks : IIpfsNode
{
    public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
        throw new BlockNotFoundException(cid, "this process only reads copies back.");

    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => ValueTask.FromResult<int?>(null);

    public Task<AddedFile> AddFileAsync(string path, string owner, string? sha256, CancellationToken cancellationToken) => throw Nothing();

    public Task<AddedDirectory> AddDirectoryAsync(
        IEnumerable<DagPbLink> links, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string owner,
        bool durable = true, CancellationToken cancellationToken = default) => throw Nothing();

    public Task UnpinAsync(string owner, CancellationToken cancellationToken = default) => throw Nothing();

    private static NotSupportedException Nothing() => new("This process only reads copies back.");
}
