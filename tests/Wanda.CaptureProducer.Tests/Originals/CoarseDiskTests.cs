using System.Diagnostics;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Originals;

/// <summary>
/// An adopted folder on a disk that comes and goes, and that keeps no births and whole seconds, as FAT and exFAT do it more or less: ext2
/// stands in for them, which every kernel here has. What is told apart so coarsely does not stay in place.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class CoarseDiskTests : AdoptingNode
{
    private bool _isMounted;

    private string Image => Watched + ".img";

    private protected override WandaOptions Configure(WandaOptions options)
    {
        _isMounted = Run("truncate", "-s", "8M", Image) && Run("mke2fs", "-q", "-t", "ext2", "-I", "128", Image)
            && Run("mount", "-o", "loop", Image, Watched);
        return base.Configure(options);
    }

    [SkippableFact]
    public async Task What_lies_there_is_copied_and_goes_by_proof_when_its_disk_is_there()
    {
        Skip.IfNot(_isMounted, "only root mounts a disk, and where there are loop devices");
        await IdleAsync();
        // What came in the very second of the word could be from before it, as this disk tells it, and stays.
        var since = Assert.Single(await Catalogue.Originals.ListAsync(default)).Since;
        await Eventually.HoldsAsync(() => TimeProvider.System.GetUtcNow() > since.AddSeconds(2), "the second to be over");
        var (first, second) = (await WriteAndTakeAsync("DCIM/a.fits", 1), await WriteAndTakeAsync("DCIM/b.fits", 2));
        Assert.Equal((OriginalState.Here, OriginalState.Here), (first.Original, second.Original));
        Assert.Equal(await FitsAsync(1), await File.ReadAllBytesAsync(Root.Resolve(first.Path)));
        Assert.Null(new FileInfo(Root.Resolve(first.Path)).LinkTarget);
        await ReleaseAsync(first);
        await BecomesAsync(first, OriginalState.Freed);

        // Taken out, it is no evidence that anything of it is gone.
        await StopAsync();
        Assert.True(Run("umount", Watched));
        await StartAsync();
        await ReleaseAsync(second);
        for (var n = 0; n < 3; n++)
        {
            Time.Advance(TimeSpan.FromMinutes(2));
            await RoundAsync();
        }

        Assert.Equal(OriginalState.Here, (await RowAsync(second)).Original);
        await StopAsync();
        Assert.True(Run("mount", "-o", "loop", Image, Watched));
        Assert.Equal(["DCIM/b.fits"], Names().Where(name => name.EndsWith(".fits", StringComparison.Ordinal)));
        await StartAsync();
        await BecomesAsync(second, OriginalState.Freed);
        Assert.DoesNotContain(Names(), name => name.EndsWith(".fits", StringComparison.Ordinal));
    }

    public override async Task DisposeAsync()
    {
        await StopAsync();
        if (_isMounted)
            Assert.True(Run("umount", Watched));
        await base.DisposeAsync();
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
            return false; // there is no such program here
        }
    }
}
