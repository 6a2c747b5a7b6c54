using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Ipfs;
using Wanda.Workers.SessionArchive;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.SessionArchive;

/// <summary>What a session's directory shows: the names that people gave, and nothing of headers that they did not say (law 12).</summary>
public sealed class SessionArchiveTests : NodeTest
{
    private const string Headers =
        """{"exposureSeconds":30,"siteLatitude":-31.4167,"siteLongitude":-64.1833,"airMass":1.1,"observer":"Ana","remarks":["UT-3"]}""";

    [Fact]
    public async Task Coordinates_and_names_leave_with_the_operators_word_only()
    {
        await SaveAsync(1, "light.fits", null, Headers);
        Assert.Equal(["exposureSeconds"], (await MetaAsync(await ArchiveAsync())).Select(p => p.Key));

        await Node.RestartAsync(o => o with { Privacy = new() { Publish = [PrivateFact.Coordinates] } });
        var told = await MetaAsync(await ArchiveAsync());
        Assert.Equal(["exposureSeconds", "siteLatitude", "siteLongitude", "airMass"], told.Select(p => p.Key));
    }

    [Fact]
    public async Task An_archive_of_before_is_made_anew_and_the_session_says_what_it_told()
    {
        await SaveAsync(1, "light.fits", null, Headers);
        var before = await ArchiveAsync();
        await Node.StopAsync();
        await using (var db = new SqliteConnection($"Data Source={Path.Combine(Node.Data, "catalogue.db")}"))
        {
            await db.OpenAsync();
            var forget = db.CreateCommand();
            forget.CommandText = "UPDATE archives SET published = NULL"; // as the migration leaves them
            Assert.Equal(1, await forget.ExecuteNonQueryAsync());
        }

        // Nothing else is news: the timer's first round finds it.
        await Node.StartAsync();
        await Eventually.HoldsAsync(async () => (await Node.Catalogue.Sessions.FindAsync(TestNode.Session, default))!.Revision == 2,
            "the archive to be made anew", Node.StateAsync);
        Assert.Empty(await Node.Catalogue.Sessions.TellingOtherwiseAsync([], default));
        var events = await Node.Catalogue.Events.OfAsync(TestNode.Session.Value, 100, default);
        Assert.Contains(events, e => e.Detail.Contains($"{before}, the archive before, tells coordinates", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Folders_stand_in_the_directory_and_our_metadata_is_ours()
    {
        await SaveAsync(1, "Light_001.fits", "L");
        await SaveAsync(2, "Light_001.fits", "R");
        await SaveAsync(3, "metadata.json", null);
        await SaveAsync(4, [0x4d, 0xe9, 0x5c], null);
        var directory = await ArchiveAsync();
        Assert.Equal(["L/Light_001.fits", "M\\xe9\\x5c", "R/Light_001.fits", "metadata.json", "metadata~2.json"],
            await PathsAsync(directory));

        // Where the operator reads it and what is sent are the same, and names come back as bytes.
        var metadata = await MetadataAsync(directory);
        Assert.Equal(await File.ReadAllBytesAsync(SessionFolder.Metadata(Node.Root.FolderOf(TestNode.Session))), metadata);
        var images = JsonNode.Parse(metadata)!["images"]!.AsArray();
        Assert.Equal(["L/Light_001.fits", "R/Light_001.fits", "metadata~2.json", "M\\xe9\\x5c"], images.Select(i => (string)i!["file"]!));
        Assert.Equal([null, null, "metadata.json", "M\\xe9\\x5c"], images.Select(i => (string?)i!["original"]));
        Assert.Equal([0x4d, 0xe9, 0x5c], RawName.Parse((string)images[3]!["original"]!).Bytes.ToArray());
    }

    [Fact]
    public async Task A_file_that_tells_a_path_of_the_machine_is_in_no_archive_without_the_operators_word()
    {
        await SaveAsync(1, "image_0001.jpg", "M31");
        await SaveAsync(2, "session_metadata.json", "M31", $$"""{"{{PublishedHeaders.TellsPath}}":true}""", CaptureKind.Sidecar);
        var held = await ArchiveAsync();
        Assert.Equal(["M31/image_0001.jpg", "metadata.json"], await PathsAsync(held));
        var told = JsonNode.Parse(await MetadataAsync(held))!["others"]![0]!.AsObject();
        Assert.Equal("M31/session_metadata.json", (string?)told["file"]);
        Assert.False(told.ContainsKey("cid") || told.ContainsKey("sha256"));
        Assert.Empty(await Node.Catalogue.Sessions.DueForArchiveAsync(default));

        await Node.RestartAsync(o => o with { Privacy = new() { Publish = [PrivateFact.Paths] } });
        Assert.Equal(["M31/image_0001.jpg", "M31/session_metadata.json", "metadata.json"], await PathsAsync(await ArchiveAsync()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task An_archive_whose_blocks_a_power_cut_tore_is_made_again(int left)
    {
        await SaveAsync(1, "light.fits", null);
        var directory = await ArchiveAsync();
        foreach (var block in Directory.GetFiles(Path.Combine(Node.Data, "ipfs"), "*.block", SearchOption.AllDirectories))
        {
            using var torn = File.OpenWrite(block);
            torn.SetLength(left);
        }

        Assert.Equal(directory, await ArchiveAsync());
        Assert.Equal(["light.fits", "metadata.json"], await PathsAsync(directory));
        Assert.NotEmpty(await MetadataAsync(directory));
    }

    private Task SaveAsync(
        int number, string name, string? folder, string metadata = "{}", CaptureKind kind = CaptureKind.Frame) =>
        SaveAsync(number, Encoding.UTF8.GetBytes(name), folder, metadata, kind);

    // A frame that has its CID; its bytes are not looked at any more.
    private async Task SaveAsync(
        int number, byte[] name, string? folder, string metadata = "{}", CaptureKind kind = CaptureKind.Frame)
    {
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(TestNode.Session, SessionKind.Watched), default);
        var capture = await Node.Catalogue.Ledger.ApplyAsync(new Fact.Saved(new CaptureRecord
        {
            Id = CaptureId.New(Node.Time),
            Session = TestNode.Session,
            Number = number,
            Kind = kind,
            FileName = new RawName(name).ToString(),
            OriginalName = new RawName(name),
            Folder = folder is null ? null : RawName.FromText(folder),
            Path = $"{TestNode.Session}/{number}.fits",
            SizeBytes = 1,
            Sha256 = new string('a', 64),
            Source = "test",
            TakenAt = Node.Time.GetUtcNow(),
            SavedAt = Node.Time.GetUtcNow(),
            Metadata = metadata,
        }), default);
        var cid = Block.Create(Codec.Raw, new[] { (byte)number }).Cid;
        Directory.CreateDirectory(Node.Root.FolderOf(TestNode.Session));
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, cid.ToString(), 1), default);
    }

    private async Task<string> ArchiveAsync() =>
        (await Node.Get<SessionArchiver>().ArchiveAsync(TestNode.Session, default))!.DirectoryCid;

    private async Task<byte[]> MetadataAsync(string directory)
    {
        var ipfs = Node.Get<IIpfsNode>();
        var entry = await UnixFsReader.ResolveAsync(ipfs, Cid.Parse(directory), SessionMetadata.FileName);
        await using var file = await UnixFsReader.OpenAsync(ipfs, entry.Cid);
        var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task<JsonObject> MetaAsync(string directory) =>
        JsonNode.Parse(await MetadataAsync(directory))!["images"]![0]!["meta"]!.AsObject();

    private async Task<List<string>> PathsAsync(string directory, string prefix = "")
    {
        var paths = new List<string>();
        await foreach (var entry in UnixFsReader.ListAsync(Node.Get<IIpfsNode>(), Cid.Parse(directory)))
        {
            paths.AddRange(entry.Name is "L" or "R" or "M31"
                ? await PathsAsync(entry.Cid.ToString(), $"{entry.Name}/")
                : [prefix + entry.Name]);
        }

        return [.. paths.Order(StringComparer.Ordinal)];
    }
}
