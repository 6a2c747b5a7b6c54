namespace Wanda.PinningServer;

/// <summary>
/// How much each node keeps here and how much is on its way. Room is taken when an upload starts, so that it fails at its first byte
/// rather than its last; nothing that is pinned is ever evicted to make room.
/// </summary>
internal sealed class QuotaLedger(PinningServerOptions options, Func<long> freeBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Pins, long Bytes)> _used = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _reserved = new(StringComparer.Ordinal);
    private long _spool;

    /// <summary>Pins and bytes that a node has here.</summary>
    public (long Pins, long Bytes) Used(string node)
    {
        lock (_lock)
        {
            return _used.GetValueOrDefault(node);
        }
    }

    /// <summary>The same for all nodes.</summary>
    public IReadOnlyDictionary<string, (long Pins, long Bytes)> All()
    {
        lock (_lock)
        {
            return new Dictionary<string, (long, long)>(_used, StringComparer.Ordinal);
        }
    }

    /// <summary>Pins came (positive) or went (negative).</summary>
    public void Count(string node, long pins, long bytes)
    {
        lock (_lock)
        {
            var (p, b) = _used.GetValueOrDefault(node);
            _used[node] = (p + pins, b + bytes);
        }
    }

    /// <summary>Takes room for bytes that are on their way.</summary>
    /// <param name="node">On whose account.</param>
    /// <param name="bytes">What will be kept.</param>
    /// <param name="spool">What lies on the disk besides until then.</param>
    /// <exception cref="ApiException">507: over the node's quota, or the disk would fall below its reserve.</exception>
    public void Reserve(Node node, long bytes, long spool = 0)
    {
        lock (_lock)
        {
            long own = _reserved.GetValueOrDefault(node.Name);
            long kept = _used.GetValueOrDefault(node.Name).Bytes;
            if (node.QuotaBytes is { } quota && kept + own + bytes > quota)
            {
                throw new ApiException(507, "QUOTA_EXCEEDED",
                    $"Node {node.Name} may keep {quota} bytes here and has {kept}, {own} more are on their way; {bytes} do not fit. Nothing was evicted.");
            }
            long free = freeBytes() - _reserved.Values.Sum() - _spool - options.MinFreeBytes;
            if (bytes + spool > free)
            {
                throw new ApiException(507, "DISK_FULL",
                    $"The server's disk has room for {Math.Max(free, 0)} bytes above its reserve; {bytes + spool} do not fit.", TimeSpan.FromMinutes(5));
            }
            _reserved[node.Name] = own + bytes;
            _spool += spool;
        }
    }

    /// <summary>Takes room that was given before a restart, whatever there is now.</summary>
    public void Restore(string node, long bytes, long spool)
    {
        lock (_lock)
        {
            _reserved[node] = _reserved.GetValueOrDefault(node) + bytes;
            _spool += spool;
        }
    }

    /// <summary>So much of what was to lie on the disk lies there now, and is missing from what is free.</summary>
    public void Spooled(long bytes)
    {
        lock (_lock)
        {
            _spool -= bytes;
        }
    }

    /// <summary>Whether bytes that are on the disk already may be put on the node's account.</summary>
    public bool HasQuotaFor(Node node, long bytes)
    {
        lock (_lock)
        {
            return node.QuotaBytes is not { } quota
                || _used.GetValueOrDefault(node.Name).Bytes + _reserved.GetValueOrDefault(node.Name) + bytes <= quota;
        }
    }

    /// <summary>Gives room back, whether the bytes came or not.</summary>
    public void Release(string node, long bytes, long spool = 0)
    {
        lock (_lock)
        {
            _spool -= spool;
            _reserved[node] = _reserved.GetValueOrDefault(node) - bytes;
        }
    }
}
