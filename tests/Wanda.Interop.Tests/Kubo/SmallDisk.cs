using System.Diagnostics;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>A disk of its own that is soon full: an ext4 in a file, mounted by root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _place = Directory.CreateTempSubdirectory("wanda-disk-").FullName;

    public string Folder => Path.Combine(_place, "disk");

    /// <summary>Skips the test where nothing can be mounted.</summary>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        string image = Path.Combine(disk._place, "image");
        await using (var file = File.Create(image))
            file.SetLength(megabytes * 1024L * 1024);
        Directory.CreateDirectory(disk.Folder);
        if (await RunAsync("mkfs.ext4", "-q", "-m", "0", image) != 0 || await RunAsync("mount", "-o", "loop", image, disk.Folder) != 0)
        {
            Directory.Delete(disk._place, recursive: true);
            Skip.If(true, "no ext4 can be mounted from a file here");
        }

        return disk;
    }

    /// <summary>What would be left if the power went now: a copy of the disk as it is, mounted.</summary>
    /// <returns>Its folder.</returns>
    public async Task<string> CutAsync()
    {
        string copy = Path.Combine(_place, "copy");
        File.Copy(Path.Combine(_place, "image"), copy);
        Directory.CreateDirectory(Left);
        Assert.Equal(0, await RunAsync("mount", "-o", "loop", copy, Left));
        return Left;
    }

    private string Left => Path.Combine(_place, "left");

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", Folder);
        if (Directory.Exists(Left))
            await RunAsync("umount", "-l", Left);
        Directory.Delete(_place, recursive: true);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(program, arguments);
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1; // it is not here
        }
    }
}
