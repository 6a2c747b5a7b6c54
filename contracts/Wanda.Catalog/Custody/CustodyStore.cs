using Dapper;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>Remote pins and custody proofs, as <see cref="Ledger"/> was told of them.</summary>
public sealed class CustodyStore
{
    private readonly SqliteFile _file;

    internal CustodyStore(SqliteFile file) => _file = file;

    /// <summary>What a destination said it took, or null.</summary>
    public Task<RemotePin?> FindPushAsync(string destination, string subject, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingleOrDefault<RemotePin>(Sql.FindPush, new { destination, subject }), cancellationToken);

    /// <summary>What destinations took of frames that were discarded since: each is to let its own go.</summary>
    public Task<IReadOnlyList<RemotePin>> DiscardedPinsAsync(string destination, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<RemotePin>>(
            db => db.Query<RemotePin>(Sql.DiscardedPins, new { destination, limit }).AsList(), cancellationToken);

    /// <summary>
    /// Whether a pin at a destination stands for another frame too, which keeps it: some services have one pin for equal content.
    /// </summary>
    public Task<bool> IsSharedAsync(RemotePin pin, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long>(Sql.Sharing, pin) > 0, cancellationToken);

    /// <summary>All proofs of a subject, newest first.</summary>
    public Task<IReadOnlyList<CustodyProof>> ProofsOfAsync(string subject, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<CustodyProof>>(
            db => db.Query<ProofRow>(Sql.ProofsOf, new { subject }).Select(r => r.ToProof()).ToList(), cancellationToken);

    /// <summary>The same of several at once.</summary>
    public Task<ILookup<string, CustodyProof>> ProofsOfAsync(IReadOnlyCollection<string> subjects, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            db => db.Query<ProofRow>(Sql.ProofsOfThese, new { subjects }).Select(r => r.ToProof()).ToLookup(p => p.Subject),
            cancellationToken);

    /// <summary>The newest proof of a subject's CID from a destination as it is configured now, or null.</summary>
    public Task<CustodyProof?> FindProofAsync(string destination, string subject, string cid, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            db => db.QueryFirstOrDefault<ProofRow>(Sql.FindProof, new { destination, subject, cid })?.ToProof(), cancellationToken);

    /// <summary>
    /// The newest archive of each session that some destination has proven, by name: what the node's IPNS root links to.
    /// </summary>
    public Task<IReadOnlyList<ProvenArchive>> ProvenArchivesAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<ProvenArchive>>(db => db.Query<ProvenArchive>(Sql.ProvenArchives).AsList(), cancellationToken);

    private static class Sql
    {
        public const string FindPush = "SELECT * FROM pins WHERE destination = @destination AND subject = @subject";

        public const string DiscardedPins = """
            SELECT p.* FROM captures c JOIN pins p ON p.subject = c.id
            WHERE c.discarded_at IS NOT NULL AND p.destination = @destination ORDER BY c.id LIMIT @limit
            """;

        public const string Sharing = """
            SELECT count(*) FROM pins o JOIN captures c ON c.id = o.subject
            WHERE o.destination = @Destination AND o.remote_id IS @RemoteId AND o.cid = @Cid AND o.subject <> @Subject AND c.discarded_at IS NULL
            """;

        public const string ProofsOf = "SELECT * FROM proofs WHERE subject = @subject ORDER BY proven_at DESC";

        public const string ProofsOfThese = "SELECT * FROM proofs WHERE subject IN @subjects ORDER BY proven_at DESC";

        public static readonly string FindProof = $"""
            SELECT * FROM proofs p WHERE destination = @destination AND subject = @subject AND cid = @cid AND {CopyRule.IsOfToday}
            ORDER BY proven_at DESC LIMIT 1
            """;

        public const string ProvenArchives = """
            SELECT a.session, a.directory_cid, a.directory_bytes FROM archives a
            WHERE a.revision = (SELECT max(b.revision) FROM archives b
                                JOIN proofs p ON p.subject_kind = 'Session' AND p.subject = b.session AND p.cid = b.directory_cid
                                WHERE b.session = a.session)
            ORDER BY a.session
            """;
    }
}
