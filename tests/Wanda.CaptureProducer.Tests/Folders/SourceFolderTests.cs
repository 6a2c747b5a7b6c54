using System.Diagnostics;
using Wanda.CaptureProducer.Folders;

namespace Wanda.CaptureProducer.Tests.Folders;

public sealed class SourceFolderTests : IDisposable
{
    // Its times have 64 bits; ext4 ends in the year 2446.
    private const string MemoryDisk = "/dev/shm";

    private readonly string _folder = Directory.Exists(MemoryDisk)
        ? Directory.CreateDirectory(Path.Combine(MemoryDisk, Path.GetRandomFileName())).FullName
        : Directory.CreateTempSubdirectory("wanda-folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Law 8: such a time ended the look at the whole folder, and with it the process.</summary>
    [Theory]
    [InlineData("@400000000000")] // the year 14645
    [InlineData("@-400000000000")]
    [InlineData("@-1")]
    public async Task A_time_that_no_calendar_has_hides_nothing(string time)
    {
        var path = Path.Combine(_folder, "far.fits");
        await File.WriteAllBytesAsync(path, [1]);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "near.fits"), [1]);
        using var touch = Process.Start("touch", ["-d", time, path]);
        await touch.WaitForExitAsync();
        var files = SourceFolder.At(_folder).Entries(null);
        Assert.All(files, f => Assert.InRange((f.Look!.Value.ModifiedAt ?? DateTimeOffset.UnixEpoch).Year, 1677, 2262));
        Assert.Equal(["far.fits", "near.fits"], files.Select(f => f.Path.ToString()).Order());
        var facts = await FrameReader.FactsAsync(path, TimeProvider.System, default);
        Assert.InRange(facts.TakenAt!.Value, new(1990, 1, 1, 0, 0, 0, default), DateTimeOffset.MaxValue);
    }
}
