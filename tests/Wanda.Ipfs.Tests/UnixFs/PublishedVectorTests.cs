using System.Security.Cryptography;
using System.Text.Json;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.UnixFs;

public class PublishedVectorTests
{
    public static TheoryData<string, string> Files() => Cells("files", v => v.GetProperty("size").ToString());

    public static TheoryData<string, string> Directories() => Cells("directories", v => v.GetProperty("name").GetString()!);

    public static TheoryData<int> Fixtures() => [.. Enumerable.Range(0, PublishedVectors.Section("kuboFixtures").Count())];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Files_around_every_boundary(string size, string column)
    {
        var vector = PublishedVectors.Section("files").Single(v => v.GetProperty("size").ToString() == size);
        byte[] content = PublishedVectors.Pattern(int.Parse(size));
        Assert.Equal(vector.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(content)));

        foreach (int parallelism in new[] { 1, 3 })
        {
            var file = await new UnixFsImporter(PublishedVectors.Profile(column), parallelism).ImportAsync(new MemoryStream(content));

            Assert.Equal(vector.GetProperty("cids").GetProperty(column).GetString(), file.Root.ToString());
            Assert.Equal(vector.GetProperty("tsize").GetProperty(column).GetInt64(), file.DagSize);
            Assert.Equal(content.Length, file.Size);
        }
    }

    [Theory]
    [MemberData(nameof(Directories))]
    public async Task Directories_flat_nested_and_empty(string name, string column)
    {
        var vector = PublishedVectors.Section("directories").Single(v => v.GetProperty("name").GetString() == name);
        var profile = PublishedVectors.Profile(column);
        var files = new List<(string Path, ImportedFile File)>();
        foreach (var entry in vector.TryGetProperty("entries", out var entries) ? entries.EnumerateArray() : default)
        {
            var file = await new UnixFsImporter(profile).ImportAsync(new MemoryStream(PublishedVectors.Pattern(entry[1].GetInt32())));
            files.Add((entry[0].GetString()![2..], file));
        }

        var directory = Build(profile, files);

        Assert.Equal(vector.GetProperty("cids").GetProperty(column).GetString(), directory.Root.ToString());
        if (vector.TryGetProperty("tsize", out var size))
            Assert.Equal(size.GetProperty(column).GetInt64(), directory.DagSize);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Fixtures_published_with_Kubo(int index)
    {
        var fixture = PublishedVectors.Section("kuboFixtures").ElementAt(index);
        var profile = PublishedVectors.Profile(fixture.GetProperty("profile").GetString()!);
        (Cid root, long dagSize) = fixture.GetProperty("kind").GetString() == "file"
            ? await FileAsync(fixture, profile)
            : await DirectoryAsync(fixture, profile);

        Assert.Equal(fixture.GetProperty("kuboCid").GetString(), root.ToString());
        if (fixture.TryGetProperty("tsize", out var size))
            Assert.Equal(size.GetInt64(), dagSize);
    }

    private static async Task<(Cid, long)> FileAsync(JsonElement fixture, UnixFsProfile profile)
    {
        byte[] content = fixture.TryGetProperty("seed", out var seed)
            ? ChaCha20.Keystream(seed.GetString()!, fixture.GetProperty("size").GetInt32())
            : System.Text.Encoding.UTF8.GetBytes(fixture.GetProperty("content").GetString()!);
        var file = await new UnixFsImporter(profile).ImportAsync(new MemoryStream(content));
        return (file.Root, file.DagSize);
    }

    private static async Task<(Cid, long)> DirectoryAsync(JsonElement fixture, UnixFsProfile profile)
    {
        string alphabet = fixture.GetProperty("alphabet").GetString()!;
        byte[] stream = ChaCha20.Keystream(fixture.GetProperty("seed").GetString()!, 1 << 20);
        int length = fixture.GetProperty("nameLen").GetInt32();
        var names = Enumerable.Range(0, fixture.GetProperty("files").GetInt32())
            .Select(i => string.Concat(stream.AsSpan(i * length, length).ToArray().Select(b => alphabet[b % alphabet.Length]))).ToList();
        Assert.Equal(fixture.GetProperty("firstName").GetString(), names[0]);
        Assert.Equal(fixture.GetProperty("lastName").GetString(), names[^1]);

        var x = await new UnixFsImporter(profile).ImportAsync(new MemoryStream("x"u8.ToArray()));
        var directory = UnixFsDirectory.Build(profile, names.Select(n => new DagPbLink(n, x.Root, x.DagSize)));
        Assert.Equal(fixture.GetProperty("form").GetString() == "HAMT", directory.Blocks.Count > 1);
        return (directory.Root, directory.DagSize);
    }

    private static UnixFsDirectory Build(UnixFsProfile profile, IEnumerable<(string Path, ImportedFile File)> files) =>
        UnixFsDirectory.Build(profile, files.GroupBy(f => f.Path.Split('/')[0]).Select(group =>
        {
            if (group.First() is var (path, file) && path == group.Key)
                return new DagPbLink(path, file.Root, file.DagSize);
            var sub = Build(profile, group.Select(f => (f.Path[(group.Key.Length + 1)..], f.File)));
            return new DagPbLink(group.Key, sub.Root, sub.DagSize);
        }));

    private static TheoryData<string, string> Cells(string section, Func<JsonElement, string> name)
    {
        var cells = new TheoryData<string, string>();
        foreach (var vector in PublishedVectors.Section(section))
        {
            foreach (var column in vector.GetProperty("cids").EnumerateObject())
                cells.Add(name(vector), column.Name);
        }

        return cells;
    }
}
