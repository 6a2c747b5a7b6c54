namespace Wanda.Ipfs;

/// <summary>Takes the parts of a file's DAG as the importer makes them, in one pass from start to end.</summary>
public interface IDagSink
{
    /// <summary>A piece of the file itself.</summary>
    /// <param name="block">The leaf; its memory is used again when the call returns.</param>
    /// <param name="offset">Where its content starts in the file, in bytes.</param>
    /// <param name="length">How much of the file it holds, in bytes; less than the block under profiles that wrap leaves.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken);

    /// <summary>A node that links leaves or other nodes; all of its descendants came before it.</summary>
    ValueTask NodeAsync(Block block, CancellationToken cancellationToken);
}
