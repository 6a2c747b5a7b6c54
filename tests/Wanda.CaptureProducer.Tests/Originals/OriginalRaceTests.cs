using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Originals;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Tests.Originals;

/// <summary>
/// Another program opens the same file at any moment of its removal and truncates it: what it writes is in the folder afterwards, under the
/// file's name or beside it.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class OriginalRaceTests : AdoptingNode
{
    // Whatever the door waits for, it waits for the test.
    private readonly ManualTime _clock = new();

    /// <summary>A second process, as the camera's program is one: 60 removals, and a version written at a random moment of each.</summary>
    [Fact]
    public Task Whatever_another_process_writes_while_an_original_goes_is_there_afterwards() => Seed.RunAsync(async random =>
    {
        await IdleAsync();
        const string truncate = "while read -r from to; do cat \"$from\" > \"$to\"; echo done; done";
        using var writer = Process.Start(new ProcessStartInfo("bash", ["-c", truncate])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Directory.CreateDirectory(Watched + ".new");
        var raced = 0;
        for (var n = 1; n <= 60; n++)
        {
            var frame = await WriteAndTakeAsync("image_0001.fits", 2 * n);
            await ReleaseAsync(frame);
            var next = Path.Combine(Watched + ".new", $"{n}.fits");
            await File.WriteAllBytesAsync(next, await FitsAsync(2 * n + 1));
            var removal = RoundAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(130)), TimeProvider.System);
            await writer.StandardInput.WriteLineAsync($"{next} {PathOf("image_0001.fits")}");
            await writer.StandardInput.FlushAsync();
            raced += removal.IsCompleted ? 0 : 1;
            Assert.Equal("done", await writer.StandardOutput.ReadLineAsync());
            await removal;

            await AssertIsThereAsync(await FitsAsync(2 * n + 1));
            Assert.DoesNotContain(Names(), name => name.StartsWith('.'));
            await TakenAsync(2 * n + 1);
        }

        Assert.NotEqual(0, raced);
        writer.StandardInput.Close();
        await writer.WaitForExitAsync();
    });

    /// <summary>It had found the file by its name just before that was taken away, and comes to write now.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_found_the_file_before_it_was_set_aside_writes_to_it_and_it_is_put_back(bool nameIsTaken)
    {
        await IdleAsync();
        var frame = await ReleasedAsync();
        using var found = File.OpenHandle(PathOf("a.fits"));
        var why = FreeAsync(frame);
        await _clock.WhenAwaitedAsync();
        Assert.Equal([AsideName(frame)], Names());
        if (nameIsTaken)
            await WriteAsync("a.fits", 2);
        // /proc leads to the very file, as the kernel's own look at the name did. The lease holds the program up.
        var writing = Task.Run(async () =>
        {
            var path = $"/proc/self/fd/{found.DangerousGetHandle()}";
            await using var file = new FileStream(path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite);
            await file.WriteAsync(await FitsAsync(3));
        });
        Assert.Equal($"{(nameIsTaken ? $"{OriginalHold.PutBack}: a.kept1.fits" : OriginalHold.Written)}", await FollowAsync(why));
        await writing;
        Assert.Equal(await FitsAsync(3), await File.ReadAllBytesAsync(PathOf(nameIsTaken ? "a.kept1.fits" : "a.fits")));
        Assert.Equal(nameIsTaken ? ["a.fits", "a.kept1.fits"] : ["a.fits"], Names());
        await TakenAsync(3);
    }

    /// <summary>The name was given to a new file while the one before was aside: that one goes, and the new one is not touched.</summary>
    [Fact]
    public async Task A_new_file_under_its_name_is_another_file()
    {
        await IdleAsync();
        var frame = await ReleasedAsync();
        var why = FreeAsync(frame);
        await _clock.WhenAwaitedAsync();
        await WriteAsync("a.fits", 2);
        Assert.Null(await FollowAsync(why));
        Assert.Equal(["a.fits"], Names());
        Assert.Equal(await FitsAsync(2), await File.ReadAllBytesAsync(PathOf("a.fits")));
        Assert.Equal(OriginalState.Freed, (await RowAsync(frame)).Original);
    }

    /// <summary>Between two looks another file can be renamed over it: what was set aside is not the one that was looked at.</summary>
    [Fact]
    public async Task Another_file_that_was_set_aside_instead_is_put_back_unharmed()
    {
        await IdleAsync();
        var frame = await ReleasedAsync();
        using var original = Folder.Folder.Hold(frame.SourcePath!)!;
        await File.WriteAllBytesAsync(PathOf(".new"), await FitsAsync(2));
        var aside = HeldOriginal.AsideName(frame.Id);
        File.Move(PathOf(".new"), PathOf("a.fits"), overwrite: true);
        original.SetAside(aside);
        Assert.False(original.IsAt(aside));
        Assert.Null(original.PutBack(aside));
        Assert.Equal(await FitsAsync(2), await File.ReadAllBytesAsync(PathOf("a.fits")));
    }

    private async Task AssertIsThereAsync(byte[] version)
    {
        foreach (var name in Names())
        {
            if ((await File.ReadAllBytesAsync(PathOf(name))).AsSpan().SequenceEqual(version))
                return;
        }

        Assert.Fail($"What was written is not there: {string.Join(", ", Names())}");
    }

    /// <summary>Released, and left to the test: the node's own rounds come to it no more.</summary>
    private async Task<CaptureRecord> ReleasedAsync()
    {
        var frame = await WriteAndTakeAsync("a.fits", 1);
        await ProveAsync(frame);
        await Get<IEnumerable<IHostedService>>().OfType<OriginalsTimer>().Single().StopAsync(default);
        return await ReleaseAsync(frame);
    }

    private async Task<string?> FreeAsync(CaptureRecord frame)
    {
        var door = ActivatorUtilities.CreateInstance<OriginalDoor>(Get<IServiceProvider>(), _clock);
        using var original = Folder.Folder.Hold(frame.SourcePath!)!;
        return await door.FreeAsync(frame, original, await Catalogue.Custody.ProofsOfAsync($"{frame.Id}", default), default);
    }

    /// <summary>Time passes for the door, once whoever is to write has come to the lease.</summary>
    private async Task<string?> FollowAsync(Task<string?> why)
    {
        for (var n = 0; !why.IsCompleted; n++)
        {
            Assert.True(n < 1000);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        return await why;
    }
}
