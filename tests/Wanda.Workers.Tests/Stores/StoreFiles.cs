using System.Text;

namespace Wanda.Workers.Tests.Stores;

/// <summary>A node's stores as files, with nobody running: kept, put back, and done harm to.</summary>
internal static class StoreFiles
{
    private const int Sector = 4096;

    /// <summary>
    /// Everything below a folder is put as it is elsewhere. Frames are linked: they keep their inodes, as on a disk that stayed.
    /// </summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in new DirectoryInfo(from).EnumerateFiles())
        {
            var target = Path.Combine(to, file.Name);
            if (file.Extension is ".fits" or ".txt")
                RawFiles.Link("/", Encoding.UTF8.GetBytes(file.FullName[1..]), Encoding.UTF8.GetBytes(target[1..]));
            else
                file.CopyTo(target);
        }

        foreach (var folder in Directory.EnumerateDirectories(from))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    /// <summary>A store's files in a data folder, relative to it.</summary>
    public static IReadOnlyList<string> Of(Store store, string data) => store switch
    {
        Store.Ledger => Files(data, "catalogue.db*", SearchOption.TopDirectoryOnly),
        Store.Queue => Files(data, "queue.db*", SearchOption.TopDirectoryOnly),
        Store.Journal => Files(data, "journal*.jsonl", SearchOption.AllDirectories),
        _ => [.. Files(data, "*", SearchOption.AllDirectories).Where(f => f.StartsWith("ipfs/", StringComparison.Ordinal))],
    };

    /// <summary>Does it.</summary>
    /// <param name="store">To which.</param>
    /// <param name="harm">What.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="old">The data folder as it was in the middle of the night.</param>
    /// <param name="random">Where, and what is there then.</param>
    public static void Harm(Store store, Harm harm, string data, string old, Random random)
    {
        if (harm is Stores.Harm.Lost or Stores.Harm.Old)
        {
            foreach (var file in Of(store, data))
                File.Delete(Path.Combine(data, file));
            if (harm == Stores.Harm.Lost)
                return;
            foreach (var file in Of(store, old))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(data, file))!);
                File.Copy(Path.Combine(old, file), Path.Combine(data, file));
            }

            return;
        }

        foreach (var file in Of(store, data).Where(f => f.EndsWith(".db", StringComparison.Ordinal)
            || f.EndsWith(".sqlite", StringComparison.Ordinal) || f.EndsWith(".jsonl", StringComparison.Ordinal)))
        {
            Damage(Path.Combine(data, file), harm, random);
        }
    }

    private static void Damage(string path, Harm harm, Random random)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var bytes = new byte[path.EndsWith(".jsonl", StringComparison.Ordinal) ? (int)file.Length / 3 : Math.Max(Sector, file.Length / 4)];
        random.NextBytes(bytes);
        if (harm == Stores.Harm.Cut)
        {
            file.SetLength(file.Length / 2);
            return;
        }

        file.Position = harm switch
        {
            Stores.Harm.Damaged => (file.Length - bytes.Length) / 2 / 512 * 512,
            Stores.Harm.Beheaded => 0,
            _ => file.Length - bytes.Length,
        };
        file.Write(bytes);
    }

    private static IReadOnlyList<string> Files(string folder, string pattern, SearchOption depth) =>
        [.. Directory.EnumerateFiles(folder, pattern, depth).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'))];
}
