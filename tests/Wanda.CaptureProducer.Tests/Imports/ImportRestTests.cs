using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Tests.Imports;

/// <summary>An import takes no file that somebody is still writing to, holds nothing up for it, and says what it left.</summary>
public sealed class ImportRestTests : ImportNode
{
    [Fact]
    public async Task What_is_held_open_for_writing_is_taken_when_it_is_closed_and_holds_up_no_other()
    {
        var writer = Open("a.jpg", 1);
        Put("b.jpg", 2);
        var import = await AskAsync();
        await WaitsAsync(import, ImportWait.Writers);
        Assert.Equal("b.jpg", Assert.Single(await CapturesAsync()).FileName);

        await writer.DisposeAsync();
        var done = await DoneAsync(import);
        Assert.Equal((2, 2, 0, 0), (done.Found, done.Taken, done.Refused, done.Left));
        Assert.Equal(done.FoundBytes, done.DoneBytes);
        Assert.Equal(2, (await CapturesAsync()).Count);
    }

    [Fact]
    public async Task What_is_written_to_the_end_is_named_and_another_import_takes_it()
    {
        await using (Open("a.jpg", 1))
        {
            Put("b.jpg", 2);
            var import = await DoneAsync(await AskAsync());
            Assert.Equal((2, 1, 0, 1), (import.Found, import.Taken, import.Refused, import.Left));
            Assert.Equal("b.jpg", Assert.Single(await CapturesAsync()).FileName);
            var left = Assert.Single(await Catalogue.Intake.RefusalsAsync(10, default));
            Assert.Equal((import.Source, "a.jpg", RefusalCode.BeingWritten), (left.Source, left.Path.ToString(), left.Code));
        }

        var again = await DoneAsync(await AskAsync());
        Assert.Equal((2, 0), (again.Taken, again.Left));
        Assert.Equal(["a.jpg", "b.jpg"], (await CapturesAsync()).Select(c => c.FileName).Order());
        Assert.Empty(await Catalogue.Intake.RefusalsAsync(10, default));
    }

    [Fact]
    public async Task What_changed_since_it_was_seen_is_taken_as_it_is_at_rest()
    {
        await File.WriteAllBytesAsync(Path.Combine(Watched, "tonight.jpg"), Content(50));
        await Eventually.HoldsAsync(async () => (await CapturesAsync()).Count == 1, "tonight's frame to be taken");
        Put("old.jpg", 1);
        var import = await AskAsync();
        await WaitsAsync(import, ImportWait.Others); // it was seen
        await File.WriteAllBytesAsync(Path.Combine(Disk.FullName, "old.jpg"), [.. Content(2), 3, 4]);
        Time.Advance(TimeSpan.FromSeconds(6));
        await WaitsAsync(import, ImportWait.Writers);
        var done = await DoneAsync(import);
        Assert.Equal((1, 0, 13L), (done.Taken, done.Left, done.DoneBytes));
        Assert.Equal([11L, 13L], (await CapturesAsync()).Select(c => c.SizeBytes).Order());
    }

    [Fact]
    public async Task What_goes_while_it_is_waited_for_is_counted_no_more()
    {
        await using (Open("a.jpg", 1))
        {
            var import = await AskAsync();
            await WaitsAsync(import, ImportWait.Writers);
            File.Delete(Path.Combine(Disk.FullName, "a.jpg"));
            var done = await DoneAsync(import);
            Assert.Equal((0, 0, 0, 0L), (done.Found, done.Taken, done.Left, done.FoundBytes));
        }
    }

    [Fact]
    public async Task After_a_stop_of_the_node_it_comes_back_to_what_was_left()
    {
        var writer = Open("a.jpg", 1);
        Put("b.jpg", 2);
        var import = await AskAsync();
        await WaitsAsync(import, ImportWait.Writers);
        await StopAsync();
        await writer.DisposeAsync();
        await StartAsync();
        var done = await DoneAsync(import);
        Assert.Equal((2, 0, 0), (done.Taken, done.Known, done.Left));
        Assert.Equal(["a.jpg", "b.jpg"], (await CapturesAsync()).Select(c => c.FileName).Order());
    }

    /// <summary>In a watched folder such a file is waited for an hour: its run may go on. One of years ago does not.</summary>
    [Fact]
    public async Task A_run_that_a_crash_left_running_is_taken_with_what_it_said()
    {
        var app = new CaptureApp(Path.Combine(Disk.FullName, "captures"));
        var start = new DateTime(2025, 10, 3, 22, 0, 0, DateTimeKind.Unspecified);
        app.Image("M31/image_0001.jpg", start.AddMinutes(1));
        app.Tell("M31", start, 1, at: start.AddMinutes(1));
        var import = await DoneAsync(await Catalogue.Imports.AskAsync(Path.Combine(Disk.FullName, "captures"), "wanda-app", default));
        Assert.Equal((2, 0, 0), (import.Taken, import.Refused, import.Left));
        Assert.Contains(await CapturesAsync(), c => c is { Kind: CaptureKind.Sidecar, FileName: "session_metadata.json" });
    }

    /// <summary>A file that somebody has written to and has not closed.</summary>
    private FileStream Open(string name, byte content)
    {
        var writer = new FileStream(
            Path.Combine(Disk.FullName, name), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        writer.Write(Content(content));
        writer.Flush();
        return writer;
    }
}
