using Dapper;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

public sealed partial class AuditStore
{
    /// <summary>
    /// Frames that are not here, that a destination holds, and that fewer of the others that stay have proven than there are to be copies:
    /// what would be missed without it. By id; walks released frames from one on.
    /// </summary>
    /// <param name="destination">The destination.</param>
    /// <param name="copies">So many failure domains are enough.</param>
    /// <param name="countThisMachine">Whether a copy on this machine counts: in <c>wanda demo</c> alone.</param>
    /// <param name="after">Those up to this one are left out; null: none is.</param>
    /// <param name="before">Those that could not be recalled after this moment are left out.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public Task<IReadOnlyList<CaptureRecord>> ToMoveAsync(
        string destination, int copies, bool countThisMachine, CaptureId? after, DateTimeOffset before, int limit,
        CancellationToken cancellationToken) => CapturesAsync(Moving.ToMove,
        new { destination, copies, countThisMachine, after = after?.ToString() ?? "", before, limit, now = _time.GetUtcNow() },
        cancellationToken);

    /// <summary>How many those are. Walks all released frames.</summary>
    public Task<int> CountToMoveAsync(string destination, int copies, bool countThisMachine, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            db => db.ExecuteScalar<int>(Moving.CountToMove, new { destination, copies, countThisMachine, now = _time.GetUtcNow() }),
            cancellationToken);

    private static class Moving
    {
        private static readonly string IsToMove = $"""
            c.cid IS NOT NULL AND c.released_at IS NOT NULL AND c.discarded_at IS NULL
            AND EXISTS (SELECT 1 FROM proofs p WHERE {CopyRule.IsOfFrame} AND p.destination = @destination
                        AND {CopyRule.IsOfToday})
            AND (SELECT count(DISTINCT lower(p.failure_domain)) FROM proofs p
                 WHERE {CopyRule.OpensDoor} AND p.destination <> @destination) < @copies
            """;

        public static readonly string ToMove = $"""
            SELECT c.* {Sql.InTurn} AND {IsToMove} AND c.id > @after ORDER BY c.id LIMIT @limit
            """;

        public static readonly string CountToMove = $"SELECT count(*) FROM captures c WHERE {IsToMove}";
    }
}
