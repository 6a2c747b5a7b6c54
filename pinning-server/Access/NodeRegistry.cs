using System.Security.Cryptography;
using System.Text;

namespace Wanda.PinningServer;

/// <summary>Knows the nodes by the hash of their token.</summary>
internal sealed class NodeRegistry
{
    private static readonly Node Local = new("local", null);

    private readonly (byte[] Hash, Node Node, DateTimeOffset? Expires)[] _entries;
    private readonly TimeProvider _time;

    public NodeRegistry(PinningServerOptions options, TimeProvider time)
    {
        _entries = [.. options.Nodes.Select(n => (Convert.FromHexString(HashOf(n)), new Node(n.Name, n.QuotaBytes), n.Expires))];
        _time = time;
    }

    /// <summary>True when no tokens were configured: the server listens on loopback then, and takes whoever is there as one node.</summary>
    public bool IsOpen => _entries.Length == 0;

    /// <summary>The node of a token; null when there is none, or its time is over.</summary>
    public Node? Find(string? token)
    {
        if (IsOpen)
        {
            return Local;
        }
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(token ?? ""));
        Node? found = null;
        // All are compared, each in constant time: how long it takes says nothing about which came close.
        foreach (var (known, node, expires) in _entries)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash) && !(expires <= _time.GetUtcNow()))
            {
                found = node;
            }
        }
        return found;
    }

    /// <summary>A node by name; null when it is no longer configured.</summary>
    public Node? Named(string name) => IsOpen ? Local with { Name = name } : _entries.Select(e => e.Node).FirstOrDefault(n => n.Name == name);

    private static string HashOf(NodeOptions node)
    {
        if (node.TokenSha256 is { } hash)
        {
            return hash;
        }
        string token = File.ReadAllText(node.TokenFile!).Trim();
        return token.Length >= AccessToken.MinLength
            ? AccessToken.Hash(token)
            : throw new PinningServerOptionsException(
                [$"Node {node.Name}: the token in {node.TokenFile} has fewer than {AccessToken.MinLength} characters and could be guessed."]);
    }
}
