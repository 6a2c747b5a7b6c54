namespace Wanda.PinningServer;

/// <summary>Who reads what is kept on a pinning server.</summary>
public enum Reads
{
    /// <summary>Every node with a token, whatever it knows the CID of: blocks are shared.</summary>
    Nodes,

    /// <summary>
    /// A node reads, has proven and builds on what its own pins keep, and is answered for the rest as if it were not here: who wants it
    /// kept sends the bytes.
    /// </summary>
    Own,

    /// <summary>Anybody, without a token.</summary>
    Public,
}
