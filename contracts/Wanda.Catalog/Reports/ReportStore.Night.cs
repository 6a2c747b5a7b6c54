using Dapper;

namespace Wanda.Catalog;

/// <summary>One night's numbers, all of one moment.</summary>
/// <param name="Newest">When the newest frame was saved whose time is believed; of any where none is.</param>
/// <param name="Counts">How many of the night's frames are where.</param>
/// <param name="OnlyHere">How many of all nights are on this node only.</param>
/// <param name="SafeOn">How many of the night's each destination has proven, by name.</param>
public sealed record NightReading(
    DateTimeOffset Newest, CustodyCounts Counts, CustodyCounts OnlyHere, IReadOnlyList<DestinationCount> SafeOn);

public sealed partial class ReportStore
{
    /// <summary>
    /// Counts the newest night. It is that of the newest frame whose time is believed (law 10); one that was saved after the nights before
    /// by a clock that was not is of it as well, whatever it says of its time.
    /// </summary>
    /// <param name="span">From when to before when the night lasts that a moment is of.</param>
    /// <param name="countThisMachine">See <see cref="ReportStore"/>.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>Null before the first frame.</returns>
    public Task<NightReading?> NightAsync(
        Func<DateTimeOffset, (DateTimeOffset From, DateTimeOffset To)> span, bool countThisMachine, CancellationToken cancellationToken) =>
        _file.ReadAsync(db =>
        {
            var believed = db.QueryFirstOrDefault<string>(Sql.NewestBelieved);
            if ((believed ?? db.QueryFirstOrDefault<string>(Sql.Newest)) is not { } newest)
                return null;
            var at = DateTimeOffset.Parse(newest, null);
            var (low, high) = (CaptureIds.FirstAt(span(at).From), CaptureIds.FirstAt(span(at).To));
            var after = believed is null ? long.MaxValue : db.ExecuteScalar<long?>(Sql.LastBefore, new { low }) ?? 0;
            var night = new { low, high, after, anyTime = believed is null, countThisMachine };
            return new NightReading(at, db.QuerySingle<CustodyCounts>(Sql.CountNight, night),
                db.QuerySingle<CustodyCounts>(Sql.CountOnlyHere, new { countThisMachine }),
                db.Query<DestinationCount>(Sql.SafeOn, night).AsList());
        }, cancellationToken);

    private static partial class Sql
    {
        public const string Newest = "SELECT saved_at FROM captures ORDER BY id DESC LIMIT 1";
        public const string NewestBelieved = "SELECT saved_at FROM captures WHERE clock_trusted ORDER BY id DESC LIMIT 1";

        // Of the frames whose time is believed: the place in the events, which no clock orders, of the last one before the night.
        public const string LastBefore = """
            SELECT min(e.seq) FROM events e
            WHERE e.subject = (SELECT id FROM captures WHERE id < @low AND clock_trusted ORDER BY id DESC LIMIT 1)
            """;

        private const string InNight = """
            ((c.id >= @low AND c.id < @high AND (c.clock_trusted OR @anyTime))
             OR (c.clock_trusted = 0 AND (SELECT min(e.seq) FROM events e WHERE e.subject = c.id) > @after))
            """;
    }
}
