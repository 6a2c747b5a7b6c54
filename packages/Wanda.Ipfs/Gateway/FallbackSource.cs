namespace Wanda.Ipfs;

/// <summary>Several sources as one: each is asked in turn until one has a sound copy.</summary>
/// <param name="sources">In the order to be asked; they stay the caller's to dispose.</param>
public sealed class FallbackSource(IReadOnlyList<IBlockSource> sources) : IBlockSource
{
    /// <inheritdoc/>
    /// <remarks>The message tells what each source said.</remarks>
    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var failures = new List<IOException>();
        foreach (var source in sources)
        {
            try
            {
                return await source.ReadAsync(cid, buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                failures.Add(e);
            }
        }

        throw new BlockNotFoundException(
            cid,
            failures.Count == 0
                ? "there is no source to ask."
                : string.Join(" ", failures.Select(e => e is BlockNotFoundException missing ? missing.Detail : e.Message)),
            failures.OfType<BlockNotFoundException>().Any(e => e.Damaged),
            failures.Count == 0 ? null : new AggregateException(failures));
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">No source has it, and one of them could not tell.</exception>
    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken)
    {
        IOException? unknown = null;
        foreach (var source in sources)
        {
            try
            {
                if (await source.FindAsync(cid, cancellationToken).ConfigureAwait(false) is { } length)
                    return length;
            }
            catch (IOException e)
            {
                unknown ??= e;
            }
        }

        return unknown is null ? null : throw unknown;
    }
}
