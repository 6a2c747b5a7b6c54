using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <content>What becomes of a watched file that is this node's to free (law 2).</content>
public sealed partial class Ledger
{
    /// <summary>
    /// Decides that an adopted original goes, as <see cref="OpenDoorAsync"/> decides it of a frame's file: in one write with the last look
    /// at the frame, which is released, at every proof, at the clock and at the original. On disk before that is touched.
    /// </summary>
    /// <param name="request">What it rests on; its file is the original.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>Null when it goes; otherwise why it stays (<see cref="DoorCode"/>).</returns>
    public Task<string?> OpenOriginalAsync(DoorRequest request, CancellationToken cancellationToken) => WriteAsync(write =>
    {
        if (WhyShut(write, request, write.Now) is { } why)
            return why;
        return write.Changes(OriginalSql.Open, new { request.Capture.Id, request.Capture.Cid, write.Now }) == 0
            ? Coded.Text(DoorCode.FrameChanged)
            : null;
    }, replayed: false, waitedFor: true, cancellationToken);

    private static bool Adopted(Writing write, Fact.Adopted f) => write.Changes(OriginalSql.Adopt, new { f.Id, write.Now }) == 1
        && write.Tell($"{f.Id}", EventKind.Original, $"{OriginalState.Here}", EventStore.OfFrame);

    private static bool CopiedOut(Writing write, Fact.CopiedOut f) => write.Changes(OriginalSql.CopiedOut, new
    {
        f.Id,
        f.ModifiedNs,
        f.Inode,
        write.Now,
    }) == 1 && write.Tell($"{f.Id}", EventKind.Original, $"{f.Why}", EventStore.OfFrame);

    private static bool OriginalSettled(Writing write, Fact.OriginalSettled f) =>
        write.Changes(OriginalSql.Settle, new { f.Id, state = $"{f.State}", at = f.At ?? write.Now, write.Replayed }) == 1
            && write.Tell($"{f.Id}", EventKind.Original, $"{f.State}", EventStore.OfFrame);

    /// <summary>A file that was gone lies in the folder again: it goes as it would have.</summary>
    private static void Returned(Writing write, CaptureId id)
    {
        if (write.Changes(OriginalSql.Return, new { id, write.Now }) == 1)
            write.Tell($"{id}", EventKind.Original, $"{OriginalState.Here}", EventStore.OfFrame);
    }

    private static class OriginalSql
    {
        public const string Adopt = "UPDATE captures SET original = 'Here', original_at = @Now WHERE id = @Id AND original IS NULL";

        public const string Open = """
            UPDATE captures SET original = 'Freeing', original_at = @Now
            WHERE id = @Id AND cid = @Cid AND original = 'Here' AND released_at IS NOT NULL AND discarded_at IS NULL
            """;

        public const string CopiedOut = """
            UPDATE captures SET original = 'Here', original_at = @Now, modified_ns = @ModifiedNs, inode = @Inode, file_lost_at = NULL,
                file_lost_why = NULL
            WHERE id = @Id AND original = 'InPlace'
            """;

        // A journal may tell of an original that was adopted after its frame was saved.
        public const string Settle = """
            UPDATE captures SET original = @state, original_at = @at, original_why = NULL
            WHERE id = @Id AND (original IN ('Here', 'InPlace', 'Freeing') OR (@Replayed AND original IS NULL))
            """;

        public const string Held = """
            UPDATE captures SET original = 'Here', original_why = @Why
            WHERE id = @Id AND (original = 'Freeing' OR (original = 'Here' AND original_why IS NOT @Why))
            """;

        public const string Return = """
            UPDATE captures SET original = 'Here', original_at = @Now, original_why = NULL WHERE id = @id AND original IN ('Freed', 'Gone')
            """;
    }
}
