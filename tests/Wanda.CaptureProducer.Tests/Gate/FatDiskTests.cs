using System.Diagnostics;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Gate;

/// <summary>
/// A watched folder on a FAT disk, as a camera's card or a USB stick: its inodes are numbers of this mount, and its times are coarse.
/// Where mounting is not allowed (most containers), a copy of the folder stands in: other inodes, the same names, bytes and times.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class FatDiskTests : ProducerNode
{
    private string Image => Path.Combine(Options.Data, "..", "card.img");

    private bool _isMounted;

    private protected override WandaOptions Configure(WandaOptions options)
    {
        var image = Path.Combine(options.Data, "..", "card.img");
        _isMounted = Run("truncate", "-s", "8M", image) && Run("mkfs.vfat", image) && Run("mount", "-o", "loop", image, Watched);
        return options with
        {
            Watch = [new WatchOptions { Path = Watched, Name = "card", Quiet = TimeSpan.Zero, QuietDoubtful = TimeSpan.Zero }],
        };
    }

    [Fact]
    public async Task A_disk_that_is_mounted_anew_brings_nothing_new_and_what_is_new_on_it_comes_first()
    {
        for (var n = 0; n < 20; n++)
            await File.WriteAllBytesAsync(Path.Combine(Watched, $"{n:00}.jpg"), [0xff, 0xd8, (byte)n, 0xff, 0xd9]);
        await Eventually.HoldsAsync(async () => (await CapturesAsync()).Count == 20, "the frames");
        await StopAsync();
        Remount();
        await File.WriteAllBytesAsync(Path.Combine(Watched, "05.jpg"), [0xff, 0xd8, 99, 0xff, 0xd9]);
        await StartAsync();
        await Eventually.HoldsAsync(() => Get<CaptureProgress>().IsIdle, "the disk to be looked through");
        var captures = await CapturesAsync();
        Assert.Equal(21, captures.Count);
        Assert.Equal("05.jpg", captures[0].FileName);

        // Known by their new looks from now on: nothing is read a third time.
        Assert.Equal(20, captures.Count(c => c.SourceKey is not null && c.SourcePath is not null));
    }

    public override async Task DisposeAsync()
    {
        await StopAsync();
        if (_isMounted)
            Assert.True(Run("umount", Watched));
        await base.DisposeAsync();
    }

    private Task<IReadOnlyList<CaptureRecord>> CapturesAsync() => Catalogue.Captures.NewestAsync(100, default);

    private void Remount()
    {
        if (_isMounted)
        {
            Assert.True(Run("umount", Watched) && Run("mount", "-o", "loop", Image, Watched));
            return;
        }

        Assert.True(Run("cp", "-a", Watched, Watched + "-copy"));
        Directory.Delete(Watched, recursive: true);
        Directory.Move(Watched + "-copy", Watched);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
