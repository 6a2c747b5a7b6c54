using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.Ops.Tests.App;

/// <summary>What was let go is found by its name also after the catalogue was lost: the journals know where it lay (law 5).</summary>
public sealed partial class RebuiltCaptureTests : AppConsole
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 30, 22, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // lines without the path, as long as name and folder say it
    public async Task Each_freed_frame_is_listed_served_and_fetched(bool older)
    {
        var single = await ToldAsync("capture_0001.jpg", 1, "z-singles");
        var first = await ToldAsync("M 31/Ha/image_0001.jpg", 2, "z-run");
        // The same name in a later run, whose session is read first, or last.
        var second = await ToldAsync("M 31/Ha/image_0001.jpg", 3, "a-run");
        var third = await ToldAsync("M 31/Ha/image_0002.jpg", 4, "a-run");
        var last = await ToldAsync("M 31/Ha/image_0002.jpg", 5, "z-run");
        foreach (var folder in Directory.GetDirectories(Node.Root.Path))
        {
            var journal = SessionFolder.Journal(folder);
            var text = await File.ReadAllTextAsync(journal);
            // Below the watched folder: no path of the machine is in it.
            Assert.DoesNotContain(App.Folder, text, StringComparison.Ordinal);
            if (older)
                await File.WriteAllTextAsync(journal, SourcePath.Replace(text, ""));
        }

        await using var rebuilt = await StartAsync(frames: Node.Root.Path);
        Assert.Equal(5, await CatalogueRebuild.FromJournalsAsync(rebuilt.Node.Catalogue, rebuilt.Node.Root, default));

        Assert.Equal(["capture_0001.jpg"], await NamesAsync(rebuilt, ""));
        Assert.Equal(["image_0002.jpg", "image_0001.jpg"], await NamesAsync(rebuilt, "?folder=M%2031%2FHa"));
        foreach (var (name, bytes) in new[]
        {
            ("capture_0001.jpg", single), ("M%2031%2FHa%2Fimage_0001.jpg", second), ("M%2031/Ha/image_0002.jpg", last),
        })
        {
            Assert.Equal(bytes, await rebuilt.Client.GetByteArrayAsync($"/captures/{name}"));
        }

        // Every version comes back with its session.
        foreach (var (session, frames) in new[] { ("z-singles", new[] { single }), ("z-run", [first, last]), ("a-run", [second, third]) })
        {
            var folder = Directory.CreateTempSubdirectory("wanda-back-");
            try
            {
                Assert.Empty((await rebuilt.Node.Get<SessionFetch>().RunAsync(session, folder.FullName, null, default)).Missing);
                Assert.Equal(frames.Select(Hash).Order(), folder.EnumerateFiles("*.jpg", SearchOption.AllDirectories)
                    .Select(file => Hash(File.ReadAllBytes(file.FullName))).Order());
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    [Fact]
    public async Task A_second_look_at_the_journals_changes_no_name()
    {
        await ToldAsync("image_0001.jpg", 1, "z-run");
        var newest = await ToldAsync("image_0001.jpg", 2, "a-run");
        Assert.Equal(0, await CatalogueRebuild.FromJournalsAsync(Node.Catalogue, Node.Root, default));
        Assert.Equal(newest, await Client.GetByteArrayAsync("/captures/image_0001.jpg"));
    }

    /// <summary>Freed, and in its session's journal, before the next one comes.</summary>
    private async Task<byte[]> ToldAsync(string path, int minute, string session)
    {
        var bytes = await FreedAsync(path, 900 + minute, Evening.AddMinutes(minute), session);
        using var journals = new JournalWriter(Node.Catalogue, Node.Root);
        await journals.WriteAsync(new SessionName(session), default);
        return bytes;
    }

    private static async Task<IEnumerable<string>> NamesAsync(TestConsole console, string query) =>
        (await GoodAsync(await console.Client.GetAsync($"/api/captures{query}")))["data"]!["files"]!.AsArray().Select(f => (string)f!);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    [GeneratedRegex("\"sourcePath\":\"[^\"]*\",")]
    private static partial Regex SourcePath { get; }
}
