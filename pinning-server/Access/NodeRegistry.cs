using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Wanda.PinningServer;

/// <summary>Knows the nodes by the hash of their token: those of the options, and those that joined by an invite.</summary>
internal sealed class NodeRegistry
{
    // Who has this machine to himself is its operator.
    private static readonly Node Local = new("local", null, ReadsMetrics: true);

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
            .. options.Nodes.Select(n => new Entry(
                Convert.FromHexString(HashOf(n)), new Node(n.Name, n.QuotaBytes, n.Expires, n.AddOnly, n.ReadsMetrics), null))];
        _known = new(_configured, _configured.Length > 0, 0);
    }

    /// <summary>A token, and why it is no longer good, though it may be within its time; null when it is.</summary>
    private sealed record Entry(byte[] Hash, Node Node, string? Over);

    private sealed record Snapshot(Entry[] Entries, bool Closed, long Taken);

    /// <summary>
    /// True when nobody has a token or an invite: the server listens on loopback then, and takes whoever is there as one node.
    /// </summary>
    public bool IsOpen => !Volatile.Read(ref _known).Closed;

    /// <summary>What an invited node may keep that was invited without a quota is up to the server, also afterwards.</summary>
    public long? QuotaOf(long? invited) => invited ?? _options.DefaultQuotaBytes;

    /// <summary>Makes the nodes of the options known to the operator's commands, and reads the accounts.</summary>
    /// <exception cref="PinningServerOptionsException">As <see cref="RefreshAsync"/>.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _accounts.ConfigureAsync(_options.Nodes.Select(n => n.Name), cancellationToken);
        await RefreshAsync(cancellationToken);
    }

    /// <summary>How many may come in, 1 at least.</summary>
    public int Count => Math.Max(1, Volatile.Read(ref _known).Entries.Count(e => e.Over is null));

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

        Volatile.Write(ref _known, new([.. _configured, .. accounts.SelectMany(EntriesOf)], closed, taken));
    }

    /// <summary>Whose token it is.</summary>
    public async ValueTask<Visitor> FindAsync(string? token, CancellationToken cancellationToken)
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _known).Taken) > Fresh)
            await RefreshAsync(cancellationToken);
        var known = Volatile.Read(ref _known);
        if (!known.Closed)
            return new(Local, null);
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(token ?? ""));
        Entry? found = null;
        // All are compared, each in constant time: how long it takes says nothing about which came close.
        foreach (var entry in known.Entries)
        {
            // A token that is over for one name may be good for another.
            if (CryptographicOperations.FixedTimeEquals(entry.Hash, hash) && found is not { Over: null })
                found = entry;
        }

        return found switch
        {
            null => default,
            { Over: { } over } => new(null, over),
            { Node: { Expires: { } end } node } when end <= _time.GetUtcNow() =>
                new(null, $"The token of {node.Name} ended at {end.UtcDateTime:u}; ask the operator of this server for a new invite."),
            { Node: var node } => new(node, null),
        };
    }

    /// <summary>A node by name; null when it may no longer come in.</summary>
    public Node? Named(string name) =>
        IsOpen ? Local with { Name = name }
            : Volatile.Read(ref _known).Entries.FirstOrDefault(e => e.Over is null && e.Node.Name == name)?.Node;

    private IEnumerable<Entry> EntriesOf(Account account)
    {
        var node = new Node(account.Name, QuotaOf(account.QuotaBytes), account.Expires, account.AddOnly);
        yield return new(account.TokenSha256, node, account.Revoked is { } at
            ? $"The token of {node.Name} was revoked at {at.UtcDateTime:u} by the operator of this server."
            : null);
        if (account is { FormerSha256: { } former, Replaced: { } replaced })
        {
            yield return new(former, node, $"The token of {node.Name} was replaced at {replaced.UtcDateTime:u} by an invite of this "
                + "server's operator: another one is good since then. If it was not you who joined again, tell the operator.");
        }
    }

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
