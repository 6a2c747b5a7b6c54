namespace Wanda.Ipfs;

/// <summary>
/// What the bytes of a block mean: the content types of the multicodec table that this library reads or writes.
/// A CID may carry any other value below 2^63; it is kept as it is.
/// </summary>
/// <remarks>Source: the multicodec table, tag "ipld".</remarks>
public enum Codec : ulong
{
    /// <summary>Plain bytes, the leaves of a file under the CIDv1 profiles.</summary>
    Raw = 0x55,

    /// <summary>Protobuf nodes with links: files of many chunks and directories.</summary>
    DagPb = 0x70,

    /// <summary>CBOR with links; in this library the roots of other programs' data only.</summary>
    DagCbor = 0x71,

    /// <summary>A public key, or its hash: an IPNS name.</summary>
    Libp2pKey = 0x72,

    /// <summary>JSON with links.</summary>
    DagJson = 0x0129,
}
