using Dapper;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>Remote pins and custody proofs.</summary>
public sealed class CustodyStore
{
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal CustodyStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>
    /// Records that a destination took a frame or a session's directory. Not waited for: what a power cut takes of it is sent a second
    /// time.
    /// </summary>
    public Task PushedAsync(RemotePin pin, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(db =>
    {
        if (db.Execute(Sql.Push, pin) == 0)
            return false;
        EventStore.Append(db, _time, pin.Subject, EventKind.Pushed, $"{pin.Destination} took {pin.Cid}");
        return true;
    }, cancellationToken);

    /// <summary>Forgets that a destination took something: it turned out not to hold it.</summary>
    public Task ForgetPushAsync(string destination, string subject, string why, CancellationToken cancellationToken) =>
        _file.WriteAsync(db =>
        {
            if (db.Execute(Sql.ForgetPush, new { destination, subject }) == 1)
                EventStore.Append(db, _time, subject, EventKind.Lost, $"{destination}: {why}");
        }, cancellationToken);

    /// <summary>What a destination said it took, or null.</summary>
    public Task<RemotePin?> FindPushAsync(string destination, string subject, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingleOrDefault<RemotePin>(Sql.FindPush, new { destination, subject }), cancellationToken);

    /// <summary>
    /// Records a proof. It is on disk before anybody acts on it (law 2): what opens the release door is a later write to the same log, and
    /// the log keeps its order. A power cut before that takes the proof, and the frame is proven anew.
    /// </summary>
    public Task ProvenAsync(CustodyProof proof, CancellationToken cancellationToken) => ProvenAsync(proof, [], cancellationToken);

    /// <summary>The same, with the questions that were made in the same read, for the audits of a frame that is freed.</summary>
    public Task ProvenAsync(
        CustodyProof proof, IReadOnlyList<PossessionChallenge> questions, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(db =>
        {
            AuditStore.Keep(db, proof.Subject, proof.Cid, questions);
            return Insert(db, proof, EventKind.Proven, line: proof.Id);
        }, cancellationToken);

    /// <summary>A proof that comes from the session's journal, and needs no line there.</summary>
    internal Task ProvenBeforeAsync(CustodyProof proof, CancellationToken cancellationToken) =>
        _file.WriteRelaxedAsync(db => Insert(db, proof, EventKind.Proven, line: null), cancellationToken);

    /// <summary>Records the proof that an audit of a copy brought, and the audit.</summary>
    public Task AuditedAsync(CustodyProof proof, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        Insert(db, proof, EventKind.Audited, line: null); // it renews what the journal tells
        AuditStore.Record(db, proof.Destination, proof.Subject, proof.ProvenAt, AuditOutcome.Held,
            proof.Method == ProofMethod.ReadBack ? proof.Bytes : 0);
    }, cancellationToken);

    /// <summary>
    /// Takes back a destination's proofs of a subject, and its word that it took it: the copy vanished or was damaged. It counts as lost
    /// until the destination proves it anew.
    /// </summary>
    public Task RevokeAsync(string destination, string subject, string why, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        var gone = db.Execute(Sql.ForgetPush, new { destination, subject }) + db.Execute(Sql.RevokeHere, new { destination, subject });
        // What it proved where it pointed before stays on record: it may point there again.
        if (gone == 0 && db.ExecuteScalar<long>(Sql.Proofs, new { destination, subject }) == 0)
            return;
        AuditStore.Record(db, destination, subject, _time.GetUtcNow(), AuditOutcome.Lost, 0);
        if (gone > 0)
            EventStore.Append(db, _time, subject, EventKind.Lost, $"{destination}: {why}", line: destination);
    }, cancellationToken);

    /// <summary>No proof on record is in force any more: each is asked for again before anything is released by it.</summary>
    public Task ExpireAllAsync(CancellationToken cancellationToken) =>
        _file.WriteAsync(db => { db.Execute(Sql.ExpireAll, new { askAgain = CustodyProof.AskAgain }); }, cancellationToken);

    /// <summary>What destinations took of frames that were discarded since: each is to let its own go.</summary>
    public Task<IReadOnlyList<RemotePin>> DiscardedPinsAsync(string destination, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<RemotePin>>(
            db => db.Query<RemotePin>(Sql.DiscardedPins, new { destination, limit }).AsList(), cancellationToken);

    /// <summary>
    /// Whether a pin at a destination stands for another frame too, which keeps it: some services have one pin for equal content.
    /// </summary>
    public Task<bool> IsSharedAsync(RemotePin pin, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long>(Sql.Sharing, pin) > 0, cancellationToken);

    /// <summary>A destination let a discarded frame go: nothing it proved or took of it is on record any more.</summary>
    public Task UnpinnedAsync(RemotePin pin, string detail, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        var copy = new { destination = pin.Destination, subject = pin.Subject };
        db.Execute(Sql.Revoke, copy);
        if (db.Execute(Sql.ForgetPush, copy) == 1)
            EventStore.Append(db, _time, pin.Subject, EventKind.Unpinned, detail);
    }, cancellationToken);

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

    private bool Insert(SqliteConnection db, CustodyProof proof, EventKind kind, string? line)
    {
        if (db.Execute(Sql.InsertProof, new DynamicParameters(proof)
                .With("SubjectKind", proof.SubjectKind.ToString()).With("Method", proof.Method.ToString())
                .With("Flushes", proof.Flushes?.ToString())) == 0)
        {
            return false;
        }

        db.Execute(Sql.Supersede, proof);
        db.Execute(Sql.NoteFlushes, new { name = proof.Destination, flushes = proof.Flushes?.ToString() });
        AuditStore.Forget(db, proof.Destination, proof.Subject);
        EventStore.Append(db, _time, proof.Subject, kind,
            $"{Place(proof)} proved {proof.Bytes:N0} bytes {(kind == EventKind.Audited ? "again " : "")}by {Words(proof.Method)}",
            line);
        return true;
    }

    private static string Place(CustodyProof proof) =>
        proof.FailureDomain == proof.Destination ? proof.Destination : $"{proof.Destination} ({proof.FailureDomain})";

    private static string Words(ProofMethod method) => method == ProofMethod.Possession ? "possession" : "reading back";

    private static class Sql
    {
        public const string Push = """
            INSERT INTO pins (destination, subject, cid, remote_id, pushed_at) VALUES (@Destination, @Subject, @Cid, @RemoteId, @PushedAt)
            ON CONFLICT (destination, subject) DO UPDATE SET cid = excluded.cid, remote_id = excluded.remote_id, pushed_at = excluded.pushed_at
            WHERE cid <> excluded.cid OR remote_id IS NOT excluded.remote_id
            """;

        public const string ForgetPush = "DELETE FROM pins WHERE destination = @destination AND subject = @subject";
        public const string FindPush = "SELECT * FROM pins WHERE destination = @destination AND subject = @subject";

        public const string InsertProof = """
            INSERT INTO proofs (id, subject_kind, subject, cid, destination, failure_domain, on_this_machine, method, bytes, digest, endpoint,
                flushes, place, disk, proven_at, expires_at)
            VALUES (@Id, @SubjectKind, @Subject, @Cid, @Destination,
                coalesce((SELECT d.machine_domain FROM destinations d WHERE d.name = @Destination), @FailureDomain), @OnThisMachine, @Method,
                @Bytes, @Digest, @Endpoint,
                @Flushes,
                CASE WHEN @Disk = (SELECT d.disk FROM destinations d WHERE d.name = @Destination) OR @Disk IS NULL THEN @Place
                     ELSE @Place || ', disk ' || @Disk END,
                @Disk, @ProvenAt, @ExpiresAt)
            ON CONFLICT (id) DO NOTHING
            """;

        // A new proof replaces those of the same copy that had expired when it was made. So a copy has two rows at most, however often it
        // is audited.
        public const string Supersede = """
            DELETE FROM proofs WHERE destination = @Destination AND subject = @Subject AND id <> @Id AND expires_at <= @ProvenAt
            """;

        public const string NoteFlushes = "UPDATE destinations SET flushes = @flushes WHERE name = @name AND flushes IS NOT @flushes";

        public const string DiscardedPins = """
            SELECT p.* FROM captures c JOIN pins p ON p.subject = c.id
            WHERE c.discarded_at IS NOT NULL AND p.destination = @destination ORDER BY c.id LIMIT @limit
            """;

        public const string Sharing = """
            SELECT count(*) FROM pins o JOIN captures c ON c.id = o.subject
            WHERE o.destination = @Destination AND o.remote_id IS @RemoteId AND o.cid = @Cid AND o.subject <> @Subject AND c.discarded_at IS NULL
            """;

        public const string Proofs = "SELECT count(*) FROM proofs WHERE destination = @destination AND subject = @subject";
        public const string RevokeHere = """
            DELETE FROM proofs WHERE destination = @destination AND subject = @subject
                AND (place IS NULL OR place IS (SELECT place FROM destinations WHERE name = @destination))
            """;

        public const string ExpireAll = "UPDATE proofs SET expires_at = @askAgain";
        public const string Revoke = "DELETE FROM proofs WHERE destination = @destination AND subject = @subject";
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
