using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace Wanda.PinningServer;

/// <summary>
/// Pins that their node has ended. Each stays, on its node's account and unseen by it, for
/// <see cref="PinningServerOptions.KeepUnpinned"/>, so that a stolen token or a mistake does not erase an archive.
/// </summary>
internal sealed class EndedPins(SqliteFile file)
{
    /// <summary>Ends a pin of a node. One whose bytes never came goes at once.</summary>
    /// <param name="node">Whose.</param>
    /// <param name="id">Which.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Stops it before it is done.</param>
    /// <returns>The pin as it is now; null when the node has none of this id.</returns>
    public Task<Pin?> UnpinAsync(string node, string id, DateTimeOffset now, CancellationToken cancellationToken) =>
        file.WriteAsync(connection => End(connection, node, id, now, null), cancellationToken);

    /// <summary>Puts a pin in another's place, which is kept until the new one is settled, and its time besides.</summary>
    /// <returns>The new pin as stored, and the old one as it is now; null when the node has none of that id.</returns>
    public Task<(Pin New, Pin Old)?> ReplaceAsync(string id, Pin pin, DateTimeOffset now, CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            if (End(connection, pin.Node, id, now, pin.Id) is not { } old)
                return ((Pin, Pin)?)null;
            // What waited for the one that never came waits for this one.
            connection.Statement(EndSql.AwaitNext).Bind(1, id).Bind(2, pin.Id).Execute();
            return (PinDatabase.Add(connection, pin), old);
        }, cancellationToken);

    /// <summary>Bytes of what a pin takes the place of.</summary>
    public Task<long> ReplacedByAsync(string id, CancellationToken cancellationToken) =>
        file.ReadAsync(connection => PinDatabase.Number(connection.Statement(EndSql.ReplacedBy).Bind(1, id)), cancellationToken);

    /// <summary>Gives a pin back to its node, on the operator's word.</summary>
    /// <returns>The pin; null when there is none of this id that its node ended.</returns>
    public Task<Pin?> RestoreAsync(string id, CancellationToken cancellationToken) => file.WriteAsync(
        connection => PinRow.ReadAll(connection.Statement(EndSql.Restore).Bind(1, id)).FirstOrDefault(), cancellationToken);

    /// <summary>The same for all that a node ended since a time.</summary>
    public Task<int> RestoreAllAsync(string node, DateTimeOffset since, CancellationToken cancellationToken) => file.WriteAsync(
        connection => connection.Statement(EndSql.RestoreAll).Bind(1, node).Bind(2, since.ToUnixTimeMilliseconds()).Execute(),
        cancellationToken);

    /// <summary>
    /// A settled pin that was restored (1) or ended (-1) from outside of this process and is the caller's now to count again; null when
    /// there is none.
    /// </summary>
    public Task<MovedPin?> TakeMovedAsync(CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        var row = connection.Statement(EndSql.NextMoved);
        if (!row.Step())
            return null;
        var (id, moved) = (row.Text(0)!, new MovedPin(row.Text(1)!, row.Text(2), row.Int64(3)));
        row.Reset();
        connection.Statement(EndSql.TakeMoved).Bind(1, id).Execute();
        return moved;
    }, cancellationToken);

    /// <summary>What every node has, counted afresh: whatever was moved before this is in it.</summary>
    public Task<List<(string Node, long Pins, long Bytes, long Overhead)>> RecountAsync(CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            connection.Statement(EndSql.TakeAllMoved).Execute();
            return PinDatabase.Usage(connection);
        }, cancellationToken);

    /// <summary>Ends all pins of a node in a transaction of the operator's. Those whose bytes never came go at once.</summary>
    /// <returns>How many are kept still.</returns>
    public static int EndAll(SqliteConnection connection, string node, DateTimeOffset now)
    {
        connection.Statement(EndSql.DropWantedOf).Bind(1, node).Execute();
        return connection.Statement(EndSql.UnpinAll).Bind(1, node).Bind(2, now.ToUnixTimeMilliseconds()).Execute();
    }

    /// <summary>
    /// The time, as far as it is believed: a clock that jumps ahead ends nothing (law 10). It never goes back, and goes ahead at most twice
    /// as fast as the kernel counts, or a day where another kernel runs by now; so it is right again some time after the clock is.
    /// </summary>
    /// <param name="now">What the clock says.</param>
    /// <param name="boot">Which kernel runs.</param>
    /// <param name="up">How long it has.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<DateTimeOffset> BelievedAsync(DateTimeOffset now, string boot, TimeSpan up, CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            var row = connection.Statement(EndSql.Clock);
            if (row.Step())
            {
                var last = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(0));
                var passed = boot.Length > 0 && row.Text(1) == boot
                    ? 2 * (up - TimeSpan.FromMilliseconds(row.Int64(2)))
                    : TimeSpan.FromDays(1);
                now = now < last ? last : now > last + passed ? last + passed : now;
            }

            row.Reset();
            connection.Statement(EndSql.DropClock).Execute();
            connection.Statement(EndSql.SetClock).Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, boot).Bind(3, (long)up.TotalMilliseconds)
                .Execute();
            return now;
        }, cancellationToken);

    /// <summary>Those that were ended before a time and may go for good, oldest first.</summary>
    public Task<List<Pin>> OutOfTimeAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) => file.ReadAsync(
        connection => PinRow.ReadAll(
            connection.Statement(EndSql.OutOfTime).Bind(1, before.ToUnixTimeMilliseconds()).Bind(2, limit)), cancellationToken);

    /// <summary>Ends one for good. Its claims are the caller's to drop, afterwards.</summary>
    /// <returns>The pin as it was; null when it was restored meanwhile.</returns>
    public Task<Pin?> EndAsync(string id, CancellationToken cancellationToken) => file.WriteAsync(
        connection => PinRow.ReadAll(connection.Statement(EndSql.End).Bind(1, id)).FirstOrDefault(), cancellationToken);

    /// <summary>Whether a pin of this id has ended for good.</summary>
    public Task<bool> HasEndedAsync(string id, CancellationToken cancellationToken) =>
        file.ReadAsync(connection => PinDatabase.Number(connection.Statement(EndSql.Ended).Bind(1, id)) == 1, cancellationToken);

    /// <summary>Forgets the ids of what ended before a time.</summary>
    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) => file.WriteAsync(
        connection => connection.Statement(EndSql.ForgetEnded).Bind(1, before.ToUnixTimeMilliseconds()).Execute(), cancellationToken);

    /// <summary>Pins that their node ended and that are kept still, the latest first.</summary>
    public Task<List<Pin>> ListAsync(string? node, int limit, CancellationToken cancellationToken) => file.ReadAsync(
        connection => PinRow.ReadAll(connection.Statement(EndSql.Unpinned).Bind(1, node).Bind(2, limit)), cancellationToken);

    /// <summary>How many of a node's there are, and their bytes.</summary>
    public Task<(long Pins, long Bytes)> CountAsync(string node, CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var row = connection.Statement(EndSql.UnpinnedOf).Bind(1, node);
        row.Step();
        var count = (row.Int64(0), row.Int64(1));
        row.Reset();
        return count;
    }, cancellationToken);

    /// <summary>How many there are of each node that has any.</summary>
    public Task<List<(string Node, long Pins)>> ByNodeAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(connection => PinRow.ByNode(connection.Statement(EndSql.UnpinnedByNode)), cancellationToken);

    /// <summary>Nodes that ended at least so many pins since a time, and half of what they had.</summary>
    public Task<List<MassUnpin>> MassUnpinsAsync(DateTimeOffset since, int atLeast, CancellationToken cancellationToken) =>
        file.ReadAsync(connection =>
        {
            var found = new List<MassUnpin>();
            var row = connection.Statement(EndSql.MassUnpins).Bind(1, since.ToUnixTimeMilliseconds()).Bind(2, atLeast);
            while (row.Step())
                found.Add(new(row.Text(0)!, row.Int64(1), row.Int64(2)));
            return found;
        }, cancellationToken);

    private static Pin? End(SqliteConnection connection, string node, string id, DateTimeOffset now, string? next) =>
        PinRow.ReadAll(connection.Statement(EndSql.DeleteWanted).Bind(1, id).Bind(2, node)).FirstOrDefault()
            ?? PinRow.ReadAll(connection.Statement(EndSql.Unpin).Bind(1, id).Bind(2, node).Bind(3, now.ToUnixTimeMilliseconds())
                .Bind(4, next)).FirstOrDefault();
}

/// <summary>A node that ended a great part of its pins in a short time: a stolen token, or a mistake.</summary>
/// <param name="Node">Which.</param>
/// <param name="Ended">How many pins it ended.</param>
/// <param name="Of">Of how many that it had.</param>
internal sealed record MassUnpin(string Node, long Ended, long Of);

/// <summary>A settled pin that stands again, or does not any more, by the operator's word.</summary>
/// <param name="Node">Whose.</param>
/// <param name="Session">Of which session.</param>
/// <param name="Pins">1 or -1.</param>
internal sealed record MovedPin(string Node, string? Session, long Pins);
