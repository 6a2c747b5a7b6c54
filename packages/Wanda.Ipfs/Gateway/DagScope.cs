namespace Wanda.Ipfs;

/// <summary>How much of a DAG a gateway is asked for.</summary>
public enum DagScope
{
    /// <summary>The root block alone.</summary>
    Block,

    /// <summary>A whole file, or what lists a directory without its entries.</summary>
    Entity,

    /// <summary>Everything below the root.</summary>
    All,
}
