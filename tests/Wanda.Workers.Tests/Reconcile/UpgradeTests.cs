using Wanda.Catalog;
using Wanda.Ipfs;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Reconcile;

/// <summary>Law 9: a node goes on with what 0.2 wrote, whose own files lay among the frames.</summary>
public sealed class UpgradeTests : NodeTest
{
    [Fact]
    public async Task The_journals_of_0_2_are_moved_once_and_rebuild_the_catalogue()
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        var folder = Node.Root.FolderOf(frame.Session);
        await Node.Get<Reconciler>().RunAsync(default);
        var lines = await File.ReadAllLinesAsync(SessionFolder.Journal(folder));
        await Node.StopAsync();
        File.Move(SessionFolder.Journal(folder), Path.Combine(folder, SessionJournal.FileName));
        await Node.StartAsync();
        for (var n = 0; n < 2; n++)
            await Node.Get<Reconciler>().RunAsync(default);
        Assert.Equal(lines, await File.ReadAllLinesAsync(SessionFolder.Journal(folder)));
        Assert.Empty(Directory.GetFiles(folder));

        await Node.StopAsync();
        foreach (var file in Directory.GetFiles(Node.Data, "catalogue.db*"))
            File.Delete(file);
        await Node.StartAsync();
        Assert.Equal(frame.Sha256, (await Node.FrameAsync(frame)).Sha256);
    }

    [Fact]
    public async Task On_a_disk_that_cannot_be_written_to_they_are_read_where_they_lie_and_nothing_stands_still()
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        await Node.Get<ReleaseDoor>().SettleAsync();
        var (folder, old) = (Node.Root.FolderOf(frame.Session), Path.Combine(Node.Root.FolderOf(frame.Session), SessionJournal.FileName));
        var lines = await File.ReadAllLinesAsync(SessionFolder.Journal(folder));
        await Node.StopAsync();
        File.Move(SessionFolder.Journal(folder), old);
        Directory.Delete(SessionFolder.Own(folder), recursive: true);
        // For root every folder can be written to; a file in the way stops anybody.
        await File.WriteAllTextAsync(SessionFolder.Own(folder), "");
        await Node.StartAsync();
        for (var n = 0; n < 2; n++)
            await Node.Get<Reconciler>().RunAsync(default);
        await Node.EndSessionAsync();
        await Eventually.HoldsAsync(
            async () => (await Node.Catalogue.Sessions.FindAsync(frame.Session, default))!.ArchivedFrames == 1, "the archive",
            Node.StateAsync);
        Assert.Equal(lines, await File.ReadAllLinesAsync(old));

        File.Delete(SessionFolder.Own(folder));
        await Node.RestartAsync();
        await Node.Get<Reconciler>().RunAsync(default);
        Assert.Equal(lines, await File.ReadAllLinesAsync(SessionFolder.Journal(folder)));
        Assert.False(File.Exists(old));
    }

    [Theory]
    [InlineData("metadata.json")]
    [InlineData("_metadata.json")]
    [InlineData("journal.jsonl")]
    public async Task A_session_with_a_frame_of_such_a_name_is_archived_and_the_frame_stays_as_it_is(string name)
    {
        var bytes = "{\"target\":\"M 31\",\"written\":\"by the capture program\",\"n\":1}"u8.ToArray();
        await Proxy.DownAsync();
        var frame = await Node.SaveAsync(name, bytes);
        await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        await Node.EndSessionAsync();
        await Eventually.HoldsAsync(
            async () => (await Node.Catalogue.Sessions.FindAsync(TestNode.Session, default))?.ArchivedFrames == 2, "the archive",
            Node.StateAsync);
        await Node.UntilQuietAsync();
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Node.Root.Resolve(frame.Path)));

        var directory = Cid.Parse((await Node.Catalogue.Sessions.FindAsync(TestNode.Session, default))!.DirectoryCid!);
        var cids = new Dictionary<string, Cid>();
        await foreach (var entry in UnixFsReader.ListAsync(Node.Get<IIpfsNode>(), directory))
            cids.Add(entry.Name, entry.Cid);
        var called = name == SessionMetadata.FileName ? $"metadata.{frame.Id}.json" : name;
        Assert.Equal(new[] { "a.fits", called, SessionMetadata.FileName }.Order(), cids.Keys.Order());
        Assert.Equal((await Node.FrameAsync(frame)).Cid, cids[called].ToString());
        await using var metadata = await UnixFsReader.OpenAsync(Node.Get<IIpfsNode>(), cids[SessionMetadata.FileName], default);
        Assert.Contains($"\"file\": \"{called}\"", await new StreamReader(metadata).ReadToEndAsync(), StringComparison.Ordinal);
    }
}
