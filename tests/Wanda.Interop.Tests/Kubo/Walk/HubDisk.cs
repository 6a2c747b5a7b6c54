using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Wanda.Interop.Tests.Machines;

namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>
/// A machine that does not tell which it is: a network of its own, a file over its kernel's id, and one disk, an ext4 in a file, seen
/// by it at a path that nobody else has. A copy of that file, taken while its page cache is full, is what a power cut leaves of it.
/// </summary>
internal sealed class HubDisk : IAsyncDisposable
{
    private readonly NetworkNamespace _network;
    private LoneMachine? _machine;

    private HubDisk(NetworkNamespace network, string folder) => (_network, Folder) = (network, folder);

    /// <summary>What is beside the disk.</summary>
    public string Folder { get; }

    /// <summary>The disk, as it is seen from outside of the machine.</summary>
    public string Mounted => Path.Combine(Folder, "disk");

    /// <summary>The disk, as its machine sees it.</summary>
    public string Inside => Path.Combine(Folder, "hub");

    public string Address => _network.Address;

    private string Image => Path.Combine(Folder, "disk.img");

    /// <summary>How large the file is that the disk is in, without its holes.</summary>
    public async Task<long> UsedAsync() =>
        long.Parse((await Shell.RunAsync("du", "-k", Image)).Split('\t')[0], CultureInfo.InvariantCulture) << 10;

    public static async Task<HubDisk> CreateAsync(long bytes)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/mkfs.ext4"),
            "disks that lose their power are made by root with e2fsprogs (apt install e2fsprogs)");
        var hub = new HubDisk(NetworkNamespace.Create(net: 78), Directory.CreateTempSubdirectory("wanda-walk-").FullName);
        Directory.CreateDirectory(hub.Mounted);
        Directory.CreateDirectory(hub.Inside);
        await using (var image = File.Create(hub.Image))
            image.SetLength(bytes);
        await Shell.RunAsync("/usr/sbin/mkfs.ext4", "-q", "-F", hub.Image);
        await hub.StartAsync();
        return hub;
    }

    /// <summary>A program on that machine.</summary>
    public ProcessStartInfo On(string program, params string[] arguments) => _machine!.On(program, arguments);

    /// <summary>
    /// The power fails. Whoever runs on the machine is held already: nothing that they do now counts.
    /// </summary>
    /// <param name="end">Ends them for good, once the disk is copied.</param>
    public async Task CutAsync(Func<Task> end)
    {
        // One that is flushed must be there afterwards, one that is not must not: else it was no power cut.
        var (flushed, cached) = (Path.Combine(Mounted, "flushed"), Path.Combine(Mounted, "cached"));
        var bytes = RandomNumberGenerator.GetBytes(5000);
        await using (var file = File.Create(flushed))
        {
            await file.WriteAsync(bytes);
            file.Flush(flushToDisk: true);
        }

        await File.WriteAllBytesAsync(cached, bytes);
        await Shell.RunAsync("cp", "--sparse=always", Image, Image + ".cut");
        await end();
        await StopAsync();
        File.Move(Image + ".cut", Image, overwrite: true);
        await StartAsync();
        Assert.Equal(bytes, await File.ReadAllBytesAsync(flushed));
        Assert.False(File.Exists(cached) && (await File.ReadAllBytesAsync(cached)).SequenceEqual(bytes), "The copy was flushed before.");
        File.Delete(flushed);
        File.Delete(cached);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _network.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task StartAsync()
    {
        // Nothing is flushed but on demand: what the daemons do not ask for is lost with the power.
        await Shell.RunAsync("mount", "-o", "loop,commit=300", Image, Mounted);
        _machine = await LoneMachine.StartAsync(_network, Path.Combine(Folder, "boot-id"), $"mount --bind {Mounted} {Inside}");
    }

    private async Task StopAsync()
    {
        if (_machine is not null)
            await _machine.DisposeAsync();
        _machine = null;
        // A program that has just been killed may hold it a moment longer.
        await Shell.RunAsync("sh", "-c", $"for n in 1 2 3 4 5 6 7 8 9 10; do umount {Mounted} && exit 0; sleep 0.3; done; exit 1");
    }
}
