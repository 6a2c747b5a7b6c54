using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers;

/// <summary>The node's key, made at the first start (mode 600). Its public half is the node's IPNS name.</summary>
internal sealed class NodeIdentity(DataFolder data)
{
    private readonly Lazy<NodeKey> _key = new(() => NodeKeyFile.LoadOrCreate(Path.Combine(data.Keys, "node.key")));

    public NodeKey Key => _key.Value;
}
