using System.Diagnostics;
using Files.Shared;
using Wanda.CaptureProducer.Originals;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Support;

/// <summary>A node whose adopted frames lie in place, and another process that does to them what a camera's program may.</summary>
public abstract class InPlaceNode : AdoptingNode
{
    /// <summary>Looks beside those that come by themselves.</summary>
    private protected Task LookedUntilAsync(Func<Task<bool>> condition, string what) => Eventually.HoldsAsync(async () =>
    {
        await Get<InPlaceRound>().RunAsync(default);
        return await condition();
    }, what);

    private protected string FileOf(CaptureRecord frame) => Root.Resolve(frame.Path);

    private protected static string FileOf(WandaOptions options, CaptureRecord frame) => Path.Combine(options.Storage.Root!, frame.Path);

    /// <summary>The frame has a file of its own with its bytes, why is on record, and nothing guards it any more.</summary>
    private protected async Task AssertCopiedAsync(CaptureRecord frame, int version, OriginalCopied why)
    {
        await LookedUntilAsync(async () => !(await RowAsync(frame)).LiesInPlace(), "it to be copied");
        Assert.Null(LinkedFile.TargetOf(FileOf(frame)));
        Assert.Equal(await FitsAsync(version), await File.ReadAllBytesAsync(FileOf(frame)));
        var own = FileIdentity.Of(FileOf(frame))!.Value;
        var row = await RowAsync(frame);
        Assert.Equal((own.ModifiedNs, own.Inode, null), (row.ModifiedNs, row.Inode, row.FileLostAt));
        Assert.Contains(await Catalogue.Events.OfAsync($"{frame.Id}", 100, default),
            e => e.Kind == EventKind.Original && e.Detail == $"{why}");
        await LookedUntilAsync(() => Task.FromResult(!Get<InPlaceGuards>().Holds(frame.Id)), "its guard to be given up");
    }

    /// <summary>Another process does something to the folder; the kernel makes it wait for a lease as it would the camera's.</summary>
    private protected static async Task InShellAsync(string command, byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", ["-c", command, "bash", .. arguments]) { RedirectStandardInput = true };
        using var shell = Process.Start(start)!;
        await shell.StandardInput.BaseStream.WriteAsync(input);
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }
}
