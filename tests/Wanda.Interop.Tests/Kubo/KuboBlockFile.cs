using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>What becomes of the file of a block.</summary>
public enum Damage
{
    /// <summary>One of its bits changed.</summary>
    Flipped,

    /// <summary>It has no bytes.</summary>
    Emptied,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>A folder is in its place: its disk does not read it.</summary>
    Unreadable,
}

/// <summary>The files that Kubo has blocks in, as its flatfs names them.</summary>
internal static class KuboBlockFile
{
    public static string PathOf(string repository, Cid block)
    {
        var key = Multibase.Encode(block.Hash.Bytes, MultibaseEncoding.Base32)[1..].ToUpperInvariant();
        return Path.Combine(repository, "blocks", key[^3..^1], key + ".data");
    }

    public static void Hurt(GoKubo daemon, Cid block, Damage damage) => Hurt(daemon.Repository, block, damage);

    public static void Hurt(string repository, Cid block, Damage damage)
    {
        string file = PathOf(repository, block);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.Delete(file); // which cannot be written to
        if (damage == Damage.Unreadable)
            Directory.CreateDirectory(file);
        else if (damage != Damage.Deleted)
            File.WriteAllBytes(file, damage == Damage.Emptied ? [] : bytes);
    }
}
