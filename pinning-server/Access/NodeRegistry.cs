using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Wanda.PinningServer;

/// <summary>Knows the nodes by the hash of their token: those of the options, and those that joined by an invite.</summary>
internal sealed class NodeRegistry
{
    private static readonly Node Local = new("local", null);

    // How long a revoked token may still work when another process revoked it.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly PinningServerOptions _options;
    private readonly AccountTable _accounts;
    private readonly TimeProvider _time;
    private readonly Entry[] _configured;
    private Snapshot _known;

    public NodeRegistry(PinningServerOptions options, AccountTable accounts, TimeProvider time)
    {
        (_options, _accounts, _time) = (options, accounts, time);
        _configured = [
            .. options.Nodes.Select(n => new Entry(Convert.FromHexString(HashOf(n)), new Node(n.Name, n.QuotaBytes, n.Expires)))];
        _known = new(_configured, _configured.Length > 0, 0);
    }

    private sealed record Entry(byte[] Hash, Node Node);

    private sealed record Snapshot(Entry[] Entries, bool Closed, long Taken);

    /// <summary>
    /// True when nobody has a token or an invite: the server listens on loopback then, and takes whoever is there as one node.
    /// </summary>
    public bool IsOpen => !Volatile.Read(ref _known).Closed;

    /// <summary>Reads the accounts as they are now.</summary>
    /// <exception cref="PinningServerOptionsException">
    /// Nobody was given a token or an invite, and other machines can reach this server.
    /// </exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        long taken = _time.GetTimestamp();
        var (accounts, closed) = await _accounts.ReadAsync(cancellationToken);
        closed |= _configured.Length > 0;
        if (!closed && !IPAddress.IsLoopback(_options.EndPoint.Address))
        {
            throw new PinningServerOptionsException([$"Listen is {_options.Listen}, which other machines can reach, but nobody has a "
                + "token, so anybody could write. Invite a node first (wanda pinning-server invite), add one with a token, or listen on "
                + "127.0.0.1."]);
        }

        var joined = accounts.Where(a => a.Revoked is null)
            .Select(a => new Entry(a.TokenSha256, new Node(a.Name, a.QuotaBytes, a.Expires)));
        Volatile.Write(ref _known, new([.. _configured, .. joined], closed, taken));
    }

    /// <summary>The node of a token; null when there is none, or its time is over.</summary>
    public async ValueTask<Node?> FindAsync(string? token, CancellationToken cancellationToken)
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _known).Taken) > Fresh)
            await RefreshAsync(cancellationToken);
        var known = Volatile.Read(ref _known);
        if (!known.Closed)
            return Local;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(token ?? ""));
        Node? found = null;
        // All are compared, each in constant time: how long it takes says nothing about which came close.
        foreach (var (expected, node) in known.Entries)
        {
            if (CryptographicOperations.FixedTimeEquals(expected, hash) && !(node.Expires <= _time.GetUtcNow()))
                found = node;
        }

        return found;
    }

    /// <summary>A node by name; null when it may no longer come in.</summary>
    public Node? Named(string name) =>
        IsOpen ? Local with { Name = name } : Volatile.Read(ref _known).Entries.Select(e => e.Node).FirstOrDefault(n => n.Name == name);

    private static string HashOf(NodeOptions node)
    {
        if (node.TokenSha256 is { } hash)
            return hash;
        string token = File.ReadAllText(node.TokenFile!).Trim();
        return token.Length >= AccessToken.MinLength
            ? AccessToken.Hash(token)
            : throw new PinningServerOptionsException(
                [
                    $"Node {node.Name}: the token in {node.TokenFile} has fewer than {AccessToken.MinLength} characters and could be "
                        + "guessed."]);
    }
}
