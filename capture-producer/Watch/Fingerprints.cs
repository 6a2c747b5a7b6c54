namespace Wanda.CaptureProducer.Watch;

/// <summary>Remembers states of files that need no second look, eight bytes each; the oldest are forgotten beyond a million.</summary>
internal sealed class Fingerprints
{
    private const int Capacity = 1_000_000;

    private readonly HashSet<ulong> _known = [];
    private readonly Queue<ulong> _order = new();

    public bool Contains(ReadOnlySpan<char> folder, ReadOnlySpan<char> name, long length, DateTimeOffset modifiedAt) =>
        _known.Contains(Of(folder, name, length, modifiedAt));

    public void Add(WatchedFile file)
    {
        var fingerprint = Of(Path.GetDirectoryName(file.Path.AsSpan()), Path.GetFileName(file.Path.AsSpan()), file.Length, file.ModifiedAt);
        if (!_known.Add(fingerprint))
            return;
        _order.Enqueue(fingerprint);
        if (_order.Count > Capacity)
            _known.Remove(_order.Dequeue());
    }

    // FNV-1a of 64 bits: 32 would take one of twenty thousand files for another. A slash is in no name, so it parts the two.
    private static ulong Of(ReadOnlySpan<char> folder, ReadOnlySpan<char> name, long length, DateTimeOffset modifiedAt)
    {
        const ulong offset = 14695981039346656037, prime = 1099511628211;
        var hash = offset;
        foreach (var c in folder)
            hash = (hash ^ c) * prime;
        hash = (hash ^ '/') * prime;
        foreach (var c in name)
            hash = (hash ^ c) * prime;
        hash = (hash ^ (ulong)length) * prime;
        return (hash ^ (ulong)modifiedAt.UtcTicks) * prime;
    }
}
