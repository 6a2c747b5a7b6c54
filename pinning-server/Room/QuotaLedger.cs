namespace Wanda.PinningServer;

/// <summary>
/// How much each node keeps here, how much is on its way, and how much was promised to its sessions. An upload takes its room on its node's
/// own account when it starts, so that it fails at its first byte rather than its last. Of the disk, which is everybody's, it holds what
/// has come: room that was announced and is not filled keeps nobody else out. Nothing that is pinned is ever evicted to make room.
/// </summary>
internal sealed class QuotaLedger(PinningServerOptions options, NodeRegistry nodes, Func<long> freeBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NodeRoom> _nodes = new(StringComparer.Ordinal);

    /// <summary>What a node has: pins, their bytes, what is reserved besides, and what would still fit.</summary>
    public NodeUse Use(Node node)
    {
        lock (_lock)
        {
            var room = Of(node.Name);
            long reserved = room.OnTheWay + room.Promised();
            long left = Math.Min(FreeOnDisk(null, null), (node.QuotaBytes ?? long.MaxValue) - room.Bytes - room.Overhead - reserved);
            return new(node.Name, room.Pins, room.Bytes, reserved, Math.Max(0, left), room.Overhead);
        }
    }

    /// <summary>What the disk still takes, of all nodes together.</summary>
    public long DiskLeft
    {
        get
        {
            lock (_lock)
                return Math.Max(0, FreeOnDisk(null, null));
        }
    }

    /// <summary>The same for all nodes, without their quotas.</summary>
    public IReadOnlyList<NodeUse> All()
    {
        lock (_lock)
            return [.. _nodes.Keys.ToList().Select(n => Use(new Node(n, null)))];
    }

    /// <summary>Pins came (positive) or went (negative).</summary>
    /// <param name="node">Whose.</param>
    /// <param name="session">Of which session.</param>
    /// <param name="pins">How many.</param>
    /// <param name="bytes">What they keep.</param>
    /// <param name="overhead">What they take on the disk besides.</param>
    public void Count(string node, string? session, long pins, long bytes, long overhead)
    {
        lock (_lock)
            Of(node).Count(session, pins, bytes, overhead);
    }

    /// <summary>Takes room for bytes that are on their way.</summary>
    /// <param name="node">On whose account.</param>
    /// <param name="session">Whose promise it may use up.</param>
    /// <param name="bytes">What will be kept.</param>
    /// <param name="spool">What lies on the disk besides until then.</param>
    /// <exception cref="ApiException">507: over the node's quota, or the disk would fall below its reserve.</exception>
    public void Reserve(Node node, string? session, long bytes, long spool = 0)
    {
        lock (_lock)
        {
            Require(node, session, bytes, spool);
            Of(node.Name).OnTheWay += bytes;
        }
    }

    /// <summary>Looks whether the disk takes so much still, of an upload that has its room.</summary>
    /// <exception cref="ApiException">507.</exception>
    public void RequireDisk(string node, string? session, long bytes)
    {
        lock (_lock)
            RequireFree(node, session, bytes);
    }

    /// <summary>Keeps room for a session; for one that has some already, so much instead.</summary>
    /// <param name="node">On whose account.</param>
    /// <param name="session">Its name.</param>
    /// <param name="bytes">All that it is to have here.</param>
    /// <param name="arrived">What of it is here already.</param>
    /// <exception cref="ApiException">507.</exception>
    public void Promise(Node node, string session, long bytes, long arrived)
    {
        lock (_lock)
        {
            Require(node, session, Math.Max(0, bytes - arrived), 0);
            RequireShare(node, session, Math.Max(0, bytes - arrived));
            Of(node.Name).Promise(session, bytes, arrived);
        }
    }

    public void EndPromise(string node, string session)
    {
        lock (_lock)
            Of(node).EndPromise(session);
    }

    /// <summary>Takes room that was given to an upload before a restart, whatever there is now.</summary>
    public void Restore(string node, long bytes)
    {
        lock (_lock)
            Of(node).OnTheWay += bytes;
    }

    /// <summary>The same for a session.</summary>
    public void RestorePromise(string node, string session, long bytes, long arrived)
    {
        lock (_lock)
            Of(node).Promise(session, bytes, arrived);
    }

    /// <summary>Whether bytes that are on the disk already may be put on the node's account.</summary>
    public bool HasQuotaFor(Node node, string? session, long bytes)
    {
        lock (_lock)
            return bytes <= QuotaLeft(node, session);
    }

    /// <summary>Gives room back, whether the bytes came or not.</summary>
    public void Release(string node, long bytes)
    {
        lock (_lock)
            Of(node).OnTheWay -= bytes;
    }

    private void Require(Node node, string? session, long bytes, long spool)
    {
        if (bytes > QuotaLeft(node, session))
        {
            var room = Of(node.Name);
            throw new ApiException(507, "QUOTA_EXCEEDED",
                $"Node {node.Name} may keep {node.QuotaBytes} bytes here and has {room.Bytes}, {room.Overhead} more for small blocks, "
                + $"{room.OnTheWay} are on their way and {room.Promised(session)} are kept for sessions; {bytes} do not fit. What was "
                + $"unpinned in the last {options.KeepUnpinned.TotalDays:0.#} days counts still. Nothing was evicted. The operator of this "
                + "server can give the node more.");
        }

        RequireFree(node.Name, session, bytes, spool);
    }

    /// <summary>Of the disk a node without a quota may have as much kept free for it as everybody else.</summary>
    private void RequireShare(Node node, string session, long bytes)
    {
        long share = (freeBytes() - options.MinFreeBytes) / nodes.Count;
        if (node.QuotaBytes is null && bytes + Of(node.Name).Promised(session) > share)
        {
            throw new ApiException(507, "DISK_FULL",
                $"Of the server's disk {Math.Max(share, 0)} bytes can be kept free for each of its {nodes.Count} nodes; {bytes} do not "
                    + "fit.",
                TimeSpan.FromMinutes(5));
        }
    }

    private void RequireFree(string node, string? session, long bytes, long spool = 0)
    {
        long free = FreeOnDisk(node, session);
        if (bytes + spool > free)
        {
            string parts = spool > 0 ? $", of which an upload in parts takes {bytes + spool} until it is whole" : "";
            throw new ApiException(507, "DISK_FULL",
                $"The server's disk has room for {Math.Max(free, 0)} bytes above its reserve; {bytes}{parts} do not fit.",
                TimeSpan.FromMinutes(5));
        }
    }

    private long QuotaLeft(Node node, string? session)
    {
        var room = Of(node.Name);
        return node.QuotaBytes is { } quota
            ? quota - room.Bytes - room.Overhead - room.OnTheWay - room.Promised(session)
            : long.MaxValue;
    }

    private long FreeOnDisk(string? node, string? session) =>
        freeBytes() - options.MinFreeBytes - _nodes.Sum(n => n.Value.Promised(n.Key == node ? session : null));

    private NodeRoom Of(string node) => _nodes.TryGetValue(node, out var room) ? room : _nodes[node] = new NodeRoom();
}
