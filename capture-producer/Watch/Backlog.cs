using Wanda.CaptureProducer.Folders;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Watch;

/// <summary>
/// Which of the files that were there before are kept in mind: the oldest, so many at a time. Those that are left are found again by the
/// next whole look, and told from what came meanwhile.
/// </summary>
/// <param name="most">How many at once.</param>
internal sealed class Backlog(int most)
{
    private readonly Fingerprints _left = new();
    private PriorityQueue<RawName, long> _kept = new(); // the newest comes out first

    /// <summary>Whether the last look left some for another.</summary>
    public bool HasMore { get; private set; }

    /// <summary>A whole look begins, with these in mind.</summary>
    public void BeginLook(IEnumerable<(RawName Path, FileLook Look)> kept)
    {
        HasMore = false;
        _kept = new(kept.Select(file => (file.Path, -file.Look.ModifiedNs)));
    }

    /// <summary>Whether an earlier look left it.</summary>
    public bool HasLeft(RawName path, FileLook look) => _left.Contains(path, look);

    /// <summary>Whether a file of this age is kept in mind now.</summary>
    public bool HasPlace(FileLook look) =>
        _kept.Count < most || (_kept.TryPeek(out _, out var newest) && -look.ModifiedNs > newest);

    /// <summary>Leaves a file for another look.</summary>
    public void Leave(RawName path, FileLook look)
    {
        _left.Add(path, look);
        HasMore = true;
    }

    /// <summary>Keeps a file in mind. Returns the one that has no place any more; null when all have.</summary>
    public RawName? Keep(RawName path, FileLook look)
    {
        _kept.Enqueue(path, -look.ModifiedNs);
        return _kept.Count > most ? _kept.Dequeue() : null;
    }
}
