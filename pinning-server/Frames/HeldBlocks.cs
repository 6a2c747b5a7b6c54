using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Whose a block is. An index over the lists that lie beside the pins' claims, made of them when somebody asks for what it does not have:
/// nothing waits for it, and nothing is lost with it. Only where <see cref="Reads.Own"/> asks.
/// </summary>
internal sealed class HeldBlocks(SqliteFile file, IFrameStore frames)
{
    // Others write between two of these.
    private const int AtOnce = 4096;

    // Of each node one lists, and the others wait for it.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>Whether a pin of the node keeps the block, and so did when it came here.</summary>
    public async Task<bool> HasAsync(string node, Cid cid, CancellationToken cancellationToken)
    {
        if (await IsKnownAsync(node, cid, cancellationToken))
            return true;
        await ListAsync(node, cancellationToken); // or wait until another has
        return await IsKnownAsync(node, cid, cancellationToken);
    }

    /// <summary>Lists what is not listed yet, and forgets what has ended: before anybody waits for it.</summary>
    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        foreach (string node in await file.ReadAsync(Unlisted, cancellationToken))
            await ListAsync(node, cancellationToken);
        await file.WriteRelaxedAsync(c => { c.Statement(HeldSql.DropEnded).Execute(); return 0; }, cancellationToken);
    }

    private Task<bool> IsKnownAsync(string node, Cid cid, CancellationToken cancellationToken) => file.ReadAsync(
        connection => PinDatabase.Number(connection.Statement(HeldSql.Holds).Bind(1, cid.Bytes).Bind(2, node)) == 1, cancellationToken);

    private async Task ListAsync(string node, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(node, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            long after = 0;
            while (await NextAsync(node, after, cancellationToken) is { } pin)
            {
                after = pin.Row;
                var blocks = await frames.ListAsync(pin, cancellationToken);
                if (blocks.Count == 0)
                    continue; // Its claims are lost, and made again soon.
                foreach (var some in blocks.Chunk(AtOnce))
                    await file.WriteRelaxedAsync(c => Hold(c, pin.Row, some), cancellationToken);
                // It may keep more by now, and is listed again then.
                await file.WriteRelaxedAsync(
                    c => { c.Statement(HeldSql.Listed).Bind(1, pin.Row).Bind(2, pin.Blocks).Execute(); return 0; }, cancellationToken);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private Task<Pin?> NextAsync(string node, long after, CancellationToken cancellationToken) => file.ReadAsync(
        connection => PinRow.ReadAll(connection.Statement(HeldSql.NextUnlisted).Bind(1, node).Bind(2, after)).FirstOrDefault(),
        cancellationToken);

    private static List<string> Unlisted(SqliteConnection connection)
    {
        var nodes = new List<string>();
        var row = connection.Statement(HeldSql.NodesUnlisted);
        while (row.Step())
            nodes.Add(row.Text(0)!);
        return nodes;
    }

    private static int Hold(SqliteConnection connection, long pin, Cid[] blocks)
    {
        foreach (var block in blocks)
            connection.Statement(HeldSql.Hold).Bind(1, block.Bytes).Bind(2, pin).Execute();
        return blocks.Length;
    }
}
