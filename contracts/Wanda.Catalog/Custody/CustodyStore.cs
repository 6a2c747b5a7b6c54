using Dapper;
using Sqlite.Shared;

namespace Wanda.Catalog;

/// <summary>Remote pins and custody proofs.</summary>
public sealed class CustodyStore
{
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal CustodyStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>Records that a destination took a frame or a session's directory. Not waited for: what a power cut takes of it is sent a second time.</summary>
    public Task PushedAsync(RemotePin pin, CancellationToken cancel) => _file.WriteRelaxedAsync(db =>
    {
        if (db.Execute(Sql.Push, pin) == 0)
            return false;
        EventStore.Append(db, _time, pin.Subject, EventKind.Pushed, $"{pin.Destination} took {pin.Cid}");
        return true;
    }, cancel);

    /// <summary>Forgets that a destination took something: it turned out not to hold it.</summary>
    public Task ForgetPushAsync(string destination, string subject, string why, CancellationToken cancel) => _file.WriteAsync(db =>
    {
        if (db.Execute(Sql.ForgetPush, new { destination, subject }) == 1)
            EventStore.Append(db, _time, subject, EventKind.Lost, $"{destination}: {why}");
    }, cancel);

    /// <summary>What a destination said it took, or null.</summary>
    public Task<RemotePin?> FindPushAsync(string destination, string subject, CancellationToken cancel) =>
        _file.ReadAsync(db => db.QuerySingleOrDefault<RemotePin>(Sql.FindPush, new { destination, subject }), cancel);

    /// <summary>
    /// Records a proof. It is on disk before anybody acts on it (law 2): what opens the release door is a later write to the same log, and the log
    /// keeps its order. A power cut before that takes the proof, and the frame is proven anew.
    /// </summary>
    public Task ProvenAsync(CustodyProof proof, CancellationToken cancel) => _file.WriteRelaxedAsync(db =>
    {
        if (db.Execute(Sql.InsertProof, new DynamicParameters(proof)
                .With("SubjectKind", proof.SubjectKind.ToString()).With("Method", proof.Method.ToString())) == 0)
            return false;
        EventStore.Append(db, _time, proof.Subject, EventKind.Proven,
            $"{proof.Destination} ({proof.FailureDomain}) proved {proof.Bytes:N0} bytes by {Words(proof.Method)}");
        return true;
    }, cancel);

    /// <summary>Takes back a destination's proofs of a subject: the copy vanished or was damaged.</summary>
    public Task RevokeAsync(string destination, string subject, string why, CancellationToken cancel) => _file.WriteAsync(db =>
    {
        if (db.Execute(Sql.Revoke, new { destination, subject }) > 0)
            EventStore.Append(db, _time, subject, EventKind.Lost, $"{destination}: {why}");
    }, cancel);

    /// <summary>All proofs of a subject, newest first.</summary>
    public Task<IReadOnlyList<CustodyProof>> ProofsOfAsync(string subject, CancellationToken cancel) =>
        _file.ReadAsync<IReadOnlyList<CustodyProof>>(db => db.Query<ProofRow>(Sql.ProofsOf, new { subject }).Select(r => r.ToProof()).ToList(), cancel);

    /// <summary>A destination's newest proof of a subject's CID, or null.</summary>
    public Task<CustodyProof?> FindProofAsync(string destination, string subject, string cid, CancellationToken cancel) =>
        _file.ReadAsync(db => db.QueryFirstOrDefault<ProofRow>(Sql.FindProof, new { destination, subject, cid })?.ToProof(), cancel);

    /// <summary>
    /// The newest archive of each session that some destination has proven, by name: what the node's IPNS root links to.
    /// </summary>
    public Task<IReadOnlyList<ProvenArchive>> ProvenArchivesAsync(CancellationToken cancel) =>
        _file.ReadAsync<IReadOnlyList<ProvenArchive>>(db => db.Query<ProvenArchive>(Sql.ProvenArchives).AsList(), cancel);

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
                proven_at, expires_at)
            VALUES (@Id, @SubjectKind, @Subject, @Cid, @Destination, @FailureDomain, @OnThisMachine, @Method, @Bytes, @Digest, @Endpoint,
                @ProvenAt, @ExpiresAt)
            ON CONFLICT (id) DO NOTHING
            """;

        public const string Revoke = "DELETE FROM proofs WHERE destination = @destination AND subject = @subject";
        public const string ProofsOf = "SELECT * FROM proofs WHERE subject = @subject ORDER BY proven_at DESC";

        public const string FindProof = """
            SELECT * FROM proofs WHERE destination = @destination AND subject = @subject AND cid = @cid ORDER BY proven_at DESC LIMIT 1
            """;

        public const string ProvenArchives = """
            SELECT a.session, a.directory_cid, a.directory_bytes FROM archives a
            WHERE a.revision = (SELECT max(b.revision) FROM archives b
                                JOIN proofs p ON p.subject_kind = 'Session' AND p.subject = b.session AND p.cid = b.directory_cid
                                WHERE b.session = a.session)
            ORDER BY a.session
            """;
    }

    private sealed class ProofRow
    {
        public string Id { get; init; } = "";
        public SubjectKind SubjectKind { get; init; }
        public string Subject { get; init; } = "";
        public string Cid { get; init; } = "";
        public string Destination { get; init; } = "";
        public string FailureDomain { get; init; } = "";
        public bool OnThisMachine { get; init; }
        public ProofMethod Method { get; init; }
        public long Bytes { get; init; }
        public string Digest { get; init; } = "";
        public string Endpoint { get; init; } = "";
        public DateTimeOffset ProvenAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }

        public CustodyProof ToProof() => new()
        {
            Id = Id,
            SubjectKind = SubjectKind,
            Subject = Subject,
            Cid = Cid,
            Destination = Destination,
            FailureDomain = FailureDomain,
            OnThisMachine = OnThisMachine,
            Method = Method,
            Bytes = Bytes,
            Digest = Digest,
            Endpoint = Endpoint,
            ProvenAt = ProvenAt,
            ExpiresAt = ExpiresAt,
        };
    }
}
