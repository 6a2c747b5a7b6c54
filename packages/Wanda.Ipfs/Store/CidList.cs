using System.Collections;

namespace Wanda.Ipfs;

/// <summary>CIDs in their binary form, end to end: each says by itself where it ends.</summary>
internal sealed class CidList(byte[] bytes) : IEnumerable<Cid>
{
    public byte[] Bytes { get; } = bytes;

    /// <summary>Null for null. CIDs that are their own content are left out: nothing of them is stored.</summary>
    public static CidList? Of(IEnumerable<Cid>? cids)
    {
        if (cids is null)
            return null;
        var bytes = new MemoryStream();
        foreach (var cid in cids.Where(c => c.Hash.Function != HashFunction.Identity))
            bytes.Write(cid.Bytes);
        return new(bytes.ToArray());
    }

    public IEnumerator<Cid> GetEnumerator()
    {
        for (int at = 0; at < Bytes.Length;)
        {
            var cid = Cid.Read(Bytes.AsSpan(at), out int length);
            at += length;
            yield return cid;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
