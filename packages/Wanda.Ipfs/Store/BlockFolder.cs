using Files.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// Blocks as files: <c>blocks/QR/…QRS.block</c>, named by multihash in base32 and spread over folders by the two letters before the last
/// (the rule of Kubo's flatfs), so that no folder grows beyond what file systems handle well.
/// </summary>
internal sealed class BlockFolder(string root)
{
    private const string Extension = ".block";

    private readonly string _blocks = Path.Combine(root, "blocks");
    private readonly string _quarantine = Path.Combine(root, "quarantine");

    public void Create()
    {
        Directory.CreateDirectory(_blocks);
        Directory.CreateDirectory(_quarantine);
        DurableFile.SyncFolder(root);
    }

    public static string NameOf(Multihash hash) => Multibase.Encode(hash.Bytes, MultibaseEncoding.Base32)[1..] + Extension;

    public string PathOf(Multihash hash)
    {
        string name = NameOf(hash);
        return Path.Combine(_blocks, name.Substring(name.Length - Extension.Length - 3, 2), name);
    }

    /// <returns>The block; null with an empty reason when there is none, or with the reason when what is there is not the block.</returns>
    public Block? Read(Cid cid, Memory<byte> buffer, out string reason)
    {
        string path = PathOf(cid.Hash);
        reason = "";
        if (!File.Exists(path))
            return null;
        int length;
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            length = RandomAccess.GetLength(file) is var size && size <= buffer.Length ? RandomAccess.Read(file, buffer.Span, 0) : -1;
        }
        catch (FileNotFoundException)
        {
            return null; // Collected between the two calls.
        }

        if (length >= 0 && cid.Matches(buffer.Span[..length]))
            return Block.Trusted(cid, buffer[..length]);
        reason = length == 0 ? $"{path} is empty (torn by a power cut?)" : $"{path} has other bytes (torn write or bad disk?)";
        return null;
    }

    /// <summary>Sets a damaged block aside, so that the next writer stores it anew and somebody can look at what happened.</summary>
    public void Quarantine(Cid cid)
    {
        string path = PathOf(cid.Hash);
        string aside = Path.Combine(_quarantine, $"{Path.GetFileName(path)}.{Guid.NewGuid():n}");
        try
        {
            File.Move(path, aside);
            // A writer may have replaced the file since it was read: then it is sound, and goes back.
            if (cid.Matches(File.ReadAllBytes(aside)))
                File.Move(aside, path, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // Another process set it aside first.
        }
    }

    public int? Find(Multihash hash)
    {
        var file = new FileInfo(PathOf(hash));
        // No block of ours is empty but the block of no bytes; an empty file is a torn one.
        return file.Exists && file.Length <= Block.MaxBytes && (file.Length > 0 || hash.Matches([])) ? (int)file.Length : null;
    }

    /// <summary>Moves staged files to their names; where these are to be durable, their data must be on disk already.</summary>
    public void Adopt(IEnumerable<(Multihash Hash, string StagedPath)> staged, bool durable)
    {
        var folders = new HashSet<string>();
        bool created = false;
        foreach (var (hash, stagedPath) in staged)
        {
            string path = PathOf(hash);
            string folder = Path.GetDirectoryName(path)!;
            if (folders.Add(folder) && !Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                created = true;
            }

            File.Move(stagedPath, path, overwrite: true);
        }

        if (!durable)
            return;
        // Law 1: a name that is not on disk is lost with the power. Folders side by side, so that the journal commits once for several.
        Parallel.ForEach(created ? folders.Append(_blocks) : folders,
            new ParallelOptions { MaxDegreeOfParallelism = 8 }, DurableFile.SyncFolder);
    }

    public IEnumerable<string> Shards() => Directory.EnumerateDirectories(_blocks).Order(StringComparer.Ordinal);

    /// <summary>The blocks of one shard; files of other names are not ours and are left alone.</summary>
    public static IEnumerable<(Multihash Hash, FileInfo File)> List(string shard)
    {
        foreach (var file in new DirectoryInfo(shard).EnumerateFiles("*" + Extension))
        {
            if (Multibase.TryDecode("b" + file.Name[..^Extension.Length], out var bytes) && TryHash(bytes) is { } hash)
                yield return (hash, file);
        }
    }

    private static Multihash? TryHash(byte[] bytes)
    {
        try
        {
            return Multihash.FromBytes(bytes);
        }
        catch (CidFormatException)
        {
            return null;
        }
    }
}
