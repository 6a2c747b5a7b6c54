namespace Wanda.Ipfs.Tests.Keys;

/// <summary>The Ed25519 vector of the libp2p specs, "Peer Ids and Keys"; its ids as @libp2p/crypto 5 gives them.</summary>
internal static class SampleKey
{
    public const string Private =
        "080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

    public const string Public = "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
    public const string PeerId = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
    public const string IpnsName = "k51qzi5uqu5dgy8qsq67hbz73jqkw87l3fgf4a91qb0d9b5173tir7n4vxk1oe";

    public static NodeKey Load() => NodeKey.FromLibp2p(Convert.FromHexString(Private));
}
