using System.Diagnostics;
using Files.Shared;
using Wanda.Destinations.Folder;
using Machine = Wanda.Custody.Machine;

namespace Wanda.Destinations.Tests.Folder;

/// <summary>On which machine a folder's bytes are, whatever lies between its path and them.</summary>
[Trait("Rerun", "Never")]
public sealed class FolderMachineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-mounts-");
    private Process? _namespace;

    public void Dispose()
    {
        // What it mounted goes with it.
        _namespace?.Kill(entireProcessTree: true);
        _namespace?.WaitForExit();
        _namespace?.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/mnt/nas/wanda", Machine.Unknown)]
    [InlineData("/mnt/my share/wanda", Machine.Unknown)]
    [InlineData("/mnt/ssh", Machine.Unknown)]
    [InlineData("/mnt/cloud", Machine.Unknown)] // a program of this machine, which may keep the bytes here for good
    [InlineData("/mnt/host", Machine.Unknown)]
    [InlineData("/mnt/nas/usb", Machine.This)]
    [InlineData("/mnt/ntfs", Machine.This)]
    [InlineData("/mnt/stick", Machine.This)]
    [InlineData("/mnt/memory", Machine.This)]
    [InlineData("/mnt/nasty", Machine.This)]
    public void What_is_mounted_tells(string path, Machine machine) => Assert.Equal(machine, FolderMachine.Judge(path, null,
    [
        "22 1 259:9999 / / rw,relatime shared:1 - ext4 /dev/sda2 rw",
        "30 22 0:40 / /mnt/nas rw,relatime shared:5 - nfs4 nas.local:/volume1 rw,vers=4.2",
        @"31 22 0:41 / /mnt/my\040share rw shared:6 master:2 - cifs //192.168.1.4/astro\040frames rw",
        "33 22 0:43 / /mnt/ssh rw - fuse.sshfs astro@pi.example.org:/srv rw",
        "34 30 259:9998 / /mnt/nas/usb rw - exfat /dev/sdb1 rw",
        "35 22 0:44 / /mnt/cloud rw - fuse.rclone drive: rw",
        "36 22 0:45 / /mnt/host rw - 9p host0 rw",
        "37 22 259:9997 / /mnt/ntfs rw - fuseblk /dev/sdc1 rw",
        "39 22 259:9996 / /mnt/stick rw - vfat /dev/sdd1 rw",
        "38 22 0:46 / /mnt/memory rw - tmpfs tmpfs rw",
        "nonsense",
    ]).Machine);

    [Fact]
    public void The_open_folders_own_mount_goes_before_its_path() => Assert.Equal(Machine.Unknown, FolderMachine.Judge("/mnt/nas", 30,
    [
        "22 1 259:9999 / / rw,relatime shared:1 - ext4 /dev/sda2 rw",
        "30 22 0:40 / /mnt/nas rw,relatime shared:5 - nfs4 nas.local:/volume1 rw,vers=4.2",
        "31 30 259:9998 / /mnt/nas rw - exfat /dev/sdb1 rw", // mounted over it since
    ]).Machine);

    [SkippableTheory]
    [InlineData("mkdir d && mount --bind d m")]
    [InlineData("truncate -s 20M i && mkfs.ext4 -q i && mount -o loop i m")]
    [InlineData("truncate -s 20M i && mkfs.ext4 -q i && mkdir n && mount -o loop i n && mount --bind n m")]
    [InlineData("truncate -s 20M i && mkfs.ext4 -q i && mkdir n && mount -o loop i n && mount $(findmnt -no SOURCE n) m")] // a second mount
    [InlineData("mount -t tmpfs none m")]
    public async Task A_disk_of_this_machine_is_one_however_it_is_mounted(string mount)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounts are made by root");
        var pid = await InNamespaceAsync(mount);
        using var volume = new FolderVolume($"/proc/{pid}/root{_folder.FullName}/m");

        var found = FolderMachine.Judge(
            volume.RealPath, volume.Mount, await File.ReadAllLinesAsync($"/proc/{pid}/mountinfo"));

        Assert.Equal(Machine.This, found.Machine);
        if (mount.Contains("loop", StringComparison.Ordinal))
            Assert.Contains($"in the file {_folder.FullName}/i", found.How);
        // The mount is the one that the folder is on, and not only some mount.
        Assert.Contains(Mount.Of(await File.ReadAllLinesAsync($"/proc/{pid}/mountinfo")), m => m.Id == volume.Mount && m.At.EndsWith("/m"));
    }

    [SkippableFact]
    public async Task A_loop_device_is_where_its_file_is()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounts are made by root");
        var pid = await InNamespaceAsync("truncate -s 20M i && mkfs.ext4 -q i && mount -o loop i m");
        using var volume = new FolderVolume($"/proc/{pid}/root{_folder.FullName}/m");
        // The same table, but for the disk that the file is on, which is a share here.
        var table = (await File.ReadAllLinesAsync($"/proc/{pid}/mountinfo"))
            .Append($"9999 1 0:99 / {_folder.FullName} rw - nfs4 nas.local:/volume1 rw");

        var found = FolderMachine.Judge(volume.RealPath, volume.Mount, table);

        Assert.Equal(Machine.Unknown, found.Machine);
        Assert.Contains("nas.local", found.How);
    }

    private async Task<int> InNamespaceAsync(string mount)
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "m"));
        _namespace = Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", $"{mount} && echo ready && exec sleep 600"])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("ready", await _namespace.StandardOutput.ReadLineAsync());
        return _namespace.Id;
    }
}
