using System.Text.Json;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Ipfs;

/// <summary>CIDs and sizes against npm ipfs-unixfs-importer, on sizes and trees that nobody chose.</summary>
public sealed class ImporterInteropTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-interop-").FullName;

    public static TheoryData<string, string> Profiles => new()
    {
        { "unixfs-v1-2025", """{"profile":"unixfs-v1-2025"}""" },
        { "cid-v1", """{"profile":"unixfs-v0-2015","cidVersion":1,"rawLeaves":true}""" },
        { "cid-v0", """{"profile":"unixfs-v0-2015"}""" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Profiles))]
    public Task Files_of_random_sizes(string profile, string options) => Seed.RunAsync(async random =>
    {
        var sizes = Enumerable.Range(0, 12).Select(i => random.Next(1 << random.Next(1, 25))).ToList();
        var files = sizes.Select((size, i) => (Path: $"f{i}", File: WriteFile($"f{i}", random, size))).ToList();
        string entries = JsonSerializer.Serialize(files.Select(f => new { path = f.Path, file = f.File }));

        var theirs = (await ImportAsync($$"""[{"options":{{options}},"entries":{{entries}}}]"""))[0];

        foreach (var (path, file) in files)
        {
            var ours = await new UnixFsImporter(UnixFsProfile.Parse(profile)).ImportAsync(file);
            Assert.True(theirs[path].SequenceEqual([ours.Root.ToString(), $"{ours.DagSize}"]),
                $"{ours.Size} bytes under {profile}: {ours.Root} here, {theirs[path][0]} there");
        }
    });

    [Theory]
    [MemberData(nameof(Profiles))]
    public Task Random_trees(string profile, string options) => Seed.RunAsync(random =>
        CompareAsync(profile, options, [.. Enumerable.Range(0, 20).Select(_ => RandomTree(random))]));

    [Theory]
    [MemberData(nameof(Profiles))]
    public Task Directories_on_both_sides_of_the_threshold(string profile, string options) => Seed.RunAsync(async random =>
    {
        // About 60 to 80 bytes an entry, so these straddle 256 KiB; long names bring deep shards.
        var trees = new[] { 3000, 3600, 4400, 6000 }.Select(count =>
            Enumerable.Range(0, count).Select(i => $"d/{i}-{new string('n', random.Next(5, 40))}").ToList()).ToList();
        await CompareAsync(profile, options, trees);
    });

    private async Task CompareAsync(string profile, string options, List<List<string>> trees)
    {
        var jobs = trees.Select(tree => $$"""
            {"options":{{options}},"entries":{{JsonSerializer.Serialize(tree.Select(path => new { path, text = Text(path) }))}}}
            """);
        var theirs = await ImportAsync($"[{string.Join(',', jobs)}]");
        for (int i = 0; i < trees.Count; i++)
        {
            var ours = await LinkAsync(UnixFsProfile.Parse(profile), "d", trees[i].ConvertAll(path => (path["d/".Length..], path)));
            Assert.True(theirs[i]["d"].SequenceEqual([ours.Cid.ToString(), $"{ours.DagSize}"]),
                $"tree {i} under {profile}: {ours.Cid} here, {theirs[i]["d"][0]} there");
        }
    }

    // The link of a name to the file, or to the directory of what is below it.
    private static async Task<DagPbLink> LinkAsync(UnixFsProfile profile, string name, IReadOnlyList<(string Below, string Path)> files)
    {
        if (files is [("", var path)])
        {
            var file = await new UnixFsImporter(profile).ImportAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Text(path))));
            return new(name, file.Root, file.DagSize);
        }

        var entries = new List<DagPbLink>();
        foreach (var group in files.GroupBy(f => f.Below.Split('/')[0]))
            entries.Add(await LinkAsync(profile, group.Key, [.. group.Select(f => (f.Below[group.Key.Length..].TrimStart('/'), f.Path))]));
        var directory = UnixFsDirectory.Build(profile, entries);
        return new(name, directory.Root, directory.DagSize);
    }

    private static List<string> RandomTree(Random random)
    {
        string[] letters = ["a", "b", "ü", "Ω", "日", "A", "-", "0"];
        var paths = new HashSet<string>();
        for (int i = random.Next(1, 40); i > 0; i--)
        {
            var names = Enumerable.Range(0, random.Next(1, 4))
                .Select(depth => depth + string.Concat(random.GetItems(letters, random.Next(1, 4))));
            paths.Add($"d/{string.Join('/', names)}/file");
        }

        return [.. paths];
    }

    private static string Text(string path) => path.Length % 3 == 0 ? "" : path;

    private async Task<List<Dictionary<string, string[]>>> ImportAsync(string jobs)
    {
        string path = Path.Combine(_folder, "jobs.json");
        await File.WriteAllTextAsync(path, jobs);
        string output = await NodePeer.RunAsync("import.mjs", "", path);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<Dictionary<string, string[]>>(line)!)];
    }

    private string WriteFile(string name, Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
