using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>What a session's journal lacks of what the rows say, and what it says that they do not any more.</summary>
internal sealed class JournalGap
{
    private const string Released = "released";
    private const string Proof = "proven ";
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();
    private readonly Dictionary<CaptureId, HashSet<string>> _said = [];
    private JournalEntry.SessionTold? _session;

    /// <summary>Takes note of a line, in order.</summary>
    public void Read(JournalEntry entry)
    {
        if (entry is JournalEntry.SessionTold told)
        {
            _session = told with { Seq = null };
            return;
        }

        if (!_said.TryGetValue(entry.Id, out var said))
            _said[entry.Id] = said = [];
        said.Add(What(entry));
        if (Undone(entry) is { } undone)
            said.Remove(undone);
    }

    /// <summary>The line that is missing of the session itself; null when none is.</summary>
    public JournalEntry? Of(SessionRecord? session) =>
        JournalEntry.SessionTold.Of(session) is { } told && told != _session ? told : null;

    /// <summary>The lines that are missing of one frame.</summary>
    public IEnumerable<JournalEntry> Of(CaptureRecord capture, IReadOnlyList<CustodyProof> proofs)
    {
        var said = _said.TryGetValue(capture.Id, out var known) ? known : Nothing;
        return Should(capture, proofs, said).Where(e => !said.Contains(What(e))).DistinctBy(What).Select(e => e with { Id = capture.Id });
    }

    private static IEnumerable<JournalEntry> Should(
        CaptureRecord capture, IReadOnlyList<CustodyProof> proofs, IReadOnlySet<string> said)
    {
        yield return new JournalEntry.FrameSaved { Capture = capture.AsSaved() };
        if (capture.Cid is { } cid)
            yield return new JournalEntry.FrameAdded { Cid = cid, DagBytes = capture.DagBytes ?? 0 };
        foreach (var proof in proofs)
            yield return new JournalEntry.FrameProven { Proof = proof };
        foreach (var proven in said.Where(s => s.StartsWith(Proof, StringComparison.Ordinal)))
        {
            if (!proofs.Any(p => p.Destination == proven[Proof.Length..]))
                yield return new JournalEntry.ProofRevoked { Destination = proven[Proof.Length..] };
        }

        if (capture.ReleasedAt is { } at)
            yield return new JournalEntry.FrameReleased { At = at };
        else if (capture.ReleasingAt is null && said.Contains(Released))
            yield return new JournalEntry.FrameRecalled { At = capture.SavedAt };
        if (capture is { Original: OriginalState.Freed or OriginalState.Replaced or OriginalState.Gone, OriginalAt: { } settled })
            yield return new JournalEntry.FrameOriginal { State = capture.Original.Value, At = settled };
        if (capture.DiscardedAt is not null)
            yield return JournalLines.Discarded(capture);
    }

    /// <summary>
    /// What makes two lines say the same. One proof from a destination is enough: an audit renews it without a line, and what a rebuilt
    /// catalogue has of an expired one is due for an audit.
    /// </summary>
    private static string What(JournalEntry entry) => entry switch
    {
        JournalEntry.FrameProven { Proof: var proof } => Proof + proof.Destination,
        JournalEntry.ProofRevoked revoked => $"revoked {revoked.Destination}",
        JournalEntry.FrameReleased => Released,
        JournalEntry.FrameRecalled => "recalled",
        JournalEntry.FrameOriginal original => $"original {original.State}",
        _ => entry.GetType().Name,
    };

    /// <summary>What an earlier line said and this one takes back.</summary>
    private static string? Undone(JournalEntry entry) => entry switch
    {
        JournalEntry.FrameProven { Proof: var proof } => $"revoked {proof.Destination}",
        JournalEntry.ProofRevoked revoked => Proof + revoked.Destination,
        JournalEntry.FrameRecalled => Released,
        JournalEntry.FrameReleased => "recalled",
        _ => null,
    };
}
