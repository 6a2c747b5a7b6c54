using Wanda.Ipfs;

namespace Wanda.Ops.Tests.Retrieval;

/// <summary>A place that does something wrong from its n-th block on.</summary>
internal sealed class Place(string name, string behaviour, int at, BlockStore blocks) : ICopySource, ICopy
{
    private int _reads;

    public string Name => name;

    public int Opened { get; private set; }

    /// <summary>Whether a piece of the frame itself came from here.</summary>
    public bool Gave { get; private set; }

    /// <summary>How often it was asked for a block.</summary>
    public int Asked => _reads;

    /// <summary>Whether it did something wrong.</summary>
    public bool Failed => (Opened > 0 && behaviour is ("missing" or "refuses")) || (behaviour != "honest" && _reads > at);

    public Task<ICopy> OpenAsync(Cid root, CancellationToken cancellationToken = default)
    {
        Opened++;
        return behaviour switch
        {
            "missing" => throw new BlockNotFoundException(root, "it is not there."),
            "refuses" => throw new IOException($"{name} refuses the token."),
            _ => Task.FromResult<ICopy>(this),
        };
    }

    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var block = await blocks.ReadAsync(cid, buffer, cancellationToken);
        if (_reads++ >= at && behaviour != "honest")
        {
            switch (behaviour)
            {
                case "lies":
                    buffer.Span[block.Data.Length / 2] ^= 1;
                    return Verify(cid, block.Data);
                case "truncates":
                    return Verify(cid, block.Data[..(block.Data.Length / 2)]);
                case "falls silent":
                    throw new TaskCanceledException("no byte came");
                default:
                    throw new IOException($"{name} broke off.");
            }
        }

        Gave |= cid.Codec == Codec.Raw;
        return block;
    }

    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => blocks.FindAsync(cid, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // No block can be made of bytes that are not its own: that is what every source meets.
    private static Block Verify(Cid cid, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Block.Verify(cid, bytes);
        }
        catch (BlockMismatchException e)
        {
            throw new BlockNotFoundException(cid, $"it sent other bytes: {e.Message}", damaged: true, e);
        }
    }
}
