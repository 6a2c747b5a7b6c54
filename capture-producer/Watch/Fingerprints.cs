using Wanda.CaptureProducer.Folders;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Watch;

/// <summary>Remembers states of files that need no second look, eight bytes each; the oldest are forgotten beyond a million.</summary>
internal sealed class Fingerprints
{
    private const int Capacity = 1_000_000;

    private readonly HashSet<ulong> _known = [];
    private readonly Queue<ulong> _order = new();

    public bool Contains(RawName path, FileLook look) => _known.Contains(Of(path, look));

    public void Add(RawName path, FileLook look)
    {
        var fingerprint = Of(path, look);
        if (!_known.Add(fingerprint))
            return;
        _order.Enqueue(fingerprint);
        if (_order.Count > Capacity)
            _known.Remove(_order.Dequeue());
    }

    // FNV-1a of 64 bits: 32 would take one of twenty thousand files for another.
    private static ulong Of(RawName path, FileLook look)
    {
        const ulong offset = 14695981039346656037, prime = 1099511628211;
        var hash = offset;
        foreach (var b in path.Bytes.Span)
            hash = (hash ^ b) * prime;
        foreach (var part in (ReadOnlySpan<long>)[(long)look.Kind, look.SizeBytes, look.ModifiedNs, look.ChangedNs, look.Inode])
            hash = (hash ^ (ulong)part) * prime;
        return hash;
    }
}
