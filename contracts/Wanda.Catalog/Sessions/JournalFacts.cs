using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>What a session's journal says of one frame, all lines together. It is evidence, and opens no door (law 2).</summary>
internal sealed class JournalFacts
{
    private readonly Dictionary<string, CustodyProof> _proofs = [];

    private JournalFacts()
    {
    }

    /// <summary>The frame as it was saved, whatever else its line claims; null when no line says so.</summary>
    public CaptureRecord? Saved { get; private set; }

    /// <summary>Its CID.</summary>
    public JournalEntry.FrameAdded? Added { get; private set; }

    /// <summary>The same; where that line is lost, as what it was proven.</summary>
    public (string Cid, long DagBytes)? AddedAs => (Added, Proofs.MaxBy(p => p.ProvenAt)) switch
    {
        ({ } added, _) => (added.Cid, added.DagBytes),
        (_, { } proof) => (proof.Cid, Math.Max(proof.Bytes, 0)),
        _ => null,
    };

    /// <summary>The last word about its local bytes: when they were freed; null when they were not, or were brought back.</summary>
    public DateTimeOffset? ReleasedAt { get; private set; }

    /// <summary>The last word about the watched file that it was taken from.</summary>
    public JournalEntry.FrameOriginal? Original { get; private set; }

    /// <summary>An operator's word.</summary>
    public JournalEntry.FrameDiscarded? Discarded { get; private set; }

    /// <summary>The newest proof of each destination that was not taken back.</summary>
    public IReadOnlyCollection<CustodyProof> Proofs => _proofs.Values;

    /// <summary>The destinations whose proofs were taken back last.</summary>
    public HashSet<string> Revoked { get; } = [];

    /// <summary>Reads a whole journal. What is said of a frame that cannot be this session's is left out.</summary>
    public static async Task<IReadOnlyDictionary<CaptureId, JournalFacts>> ReadAsync(
        IAsyncEnumerable<JournalEntry> journal, SessionName session, CancellationToken cancellationToken)
    {
        var facts = new Dictionary<CaptureId, JournalFacts>();
        await foreach (var entry in journal.WithCancellation(cancellationToken))
        {
            if (!facts.TryGetValue(entry.Id, out var frame))
                facts[entry.Id] = frame = new JournalFacts();
            frame.Take(entry, session);
        }

        return facts;
    }

    private void Take(JournalEntry entry, SessionName session)
    {
        switch (entry)
        {
            case JournalEntry.FrameSaved saved when SoundFacts.Of(saved, session) is { } capture:
                // A later line may know better where it came from; its bytes and its place are those that it was saved with.
                if (Saved is null || (Saved.Sha256, Saved.Path, Saved.Source) == (capture.Sha256, capture.Path, CaptureRecord.Recovered))
                    Saved = capture;
                break;
            case JournalEntry.FrameAdded added when SoundFacts.Is(added):
                Added ??= added;
                break;
            case JournalEntry.FrameProven { Proof: var proof } when SoundFacts.Is(proof, entry.Id):
                _proofs[proof.Destination] = proof;
                Revoked.Remove(proof.Destination);
                break;
            case JournalEntry.ProofRevoked revoked:
                _proofs.Remove(revoked.Destination);
                Revoked.Add(revoked.Destination);
                break;
            case JournalEntry.FrameReleased released when SoundFacts.Is(released.At):
                ReleasedAt = released.At;
                break;
            case JournalEntry.FrameRecalled:
                ReleasedAt = null;
                break;
            case JournalEntry.FrameOriginal original when SoundFacts.Is(original.At) && Enum.IsDefined(original.State):
                Original = original;
                break;
            case JournalEntry.FrameDiscarded discarded when SoundFacts.Is(discarded.At):
                Discarded ??= discarded;
                break;
        }
    }
}
