using Dapper;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <content>What destinations took, proved and lost.</content>
public sealed partial class Ledger
{
    private static bool Proven(Writing write, Fact.Proven f)
    {
        AuditStore.Keep(write.Db, f.Proof.Subject, f.Proof.Cid, f.Questions);
        // By no time of its own where the journal tells it: a proof of the future would be in force until then.
        return write.Replayed
            ? Insert(write, f.Proof with { ExpiresAt = CustodyProof.AskAgain }, EventKind.Proven, line: null)
            : Insert(write, f.Proof, EventKind.Proven, line: f.Proof.Id);
    }

    private static bool Audited(Writing write, CustodyProof proof)
    {
        var news = Insert(write, proof, EventKind.Audited, line: null); // it renews what the journal tells
        AuditStore.Record(write.Db, proof.Destination, proof.Subject, proof.ProvenAt, AuditOutcome.Held,
            proof.Method == ProofMethod.ReadBack ? proof.Bytes : 0);
        return news;
    }

    private static bool Revoked(Writing write, Fact.Revoked f)
    {
        var gone = write.Changes(CopySql.ForgetPush, f) + write.Changes(CopySql.RevokeHere, f);
        // What it proved where it pointed before stays on record: it may point there again.
        if (gone == 0 && write.Db.ExecuteScalar<long>(CopySql.Proofs, f) == 0)
            return false;
        AuditStore.Record(write.Db, f.Destination, f.Subject, write.Now, AuditOutcome.Lost, 0);
        return gone > 0 && write.Tell(f.Subject, EventKind.Lost, $"{f.Destination}: {f.Why}", line: f.Destination);
    }

    private static bool Doubted(Writing write, Fact.Doubted f)
    {
        var now = write.Now;
        return write.Changes(
                CopySql.Doubt, new { f.Lost.Destination, f.Lost.ProvenAt, at = now, until = now + f.ProofLifetime }) == 1
            && write.Tell(f.Lost.Destination, EventKind.Failed,
                "it does not hold what it had proven: everything that it proved is asked for again now");
    }

    private static bool Unpinned(Writing write, Fact.Unpinned f)
    {
        write.Changes(CopySql.Revoke, f.Pin);
        return write.Changes(CopySql.ForgetPush, f.Pin) == 1 && write.Tell(f.Pin.Subject, EventKind.Unpinned, f.Detail);
    }

    private static bool Insert(Writing write, CustodyProof proof, EventKind kind, string? line)
    {
        if (write.Changes(CopySql.InsertProof, new DynamicParameters(proof).With("SubjectKind", $"{proof.SubjectKind}")
                .With("Method", $"{proof.Method}").With("Flushes", proof.Flushes?.ToString())) == 0)
        {
            return false;
        }

        write.Changes(CopySql.Supersede, proof);
        write.Changes(CopySql.NoteFlushes, new { name = proof.Destination, flushes = proof.Flushes?.ToString() });
        AuditStore.Forget(write.Db, proof.Destination, proof.Subject);
        return write.Tell(proof.Subject, kind,
            $"{Place(proof)} proved {proof.Bytes:N0} bytes {(kind == EventKind.Audited ? "again " : "")}by {Words(proof.Method)}", line);
    }

    private static string Place(CustodyProof proof) =>
        proof.FailureDomain == proof.Destination ? proof.Destination : $"{proof.Destination} ({proof.FailureDomain})";

    private static string Words(ProofMethod method) => method == ProofMethod.Possession ? "possession" : "reading back";

    private static class CopySql
    {
        public const string Push = """
            INSERT INTO pins (destination, subject, cid, remote_id, pushed_at) VALUES (@Destination, @Subject, @Cid, @RemoteId, @PushedAt)
            ON CONFLICT (destination, subject) DO UPDATE SET cid = excluded.cid, remote_id = excluded.remote_id, pushed_at = excluded.pushed_at
            WHERE cid <> excluded.cid OR remote_id IS NOT excluded.remote_id
            """;

        public const string ForgetPush = "DELETE FROM pins WHERE destination = @Destination AND subject = @Subject";
        public const string ForgetPushOf = $"{ForgetPush} AND cid = @Cid";

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

        public const string Proofs = "SELECT count(*) FROM proofs WHERE destination = @Destination AND subject = @Subject";

        public const string RevokeHere = """
            DELETE FROM proofs WHERE destination = @Destination AND subject = @Subject
                AND (place IS NULL OR place IS (SELECT place FROM destinations WHERE name = @Destination))
            """;

        public const string Revoke = "DELETE FROM proofs WHERE destination = @Destination AND subject = @Subject";

        public const string ExpireAll = "UPDATE proofs SET expires_at = @AskAgain";

        public const string Doubt = """
            UPDATE destinations SET doubted_at = @at, doubted_until = @until
            WHERE name = @Destination AND (doubted_at IS NULL OR doubted_at <= @ProvenAt)
            """;
    }
}
