using Wanda.Destinations.Files;
using Wanda.Destinations.Folder;
using Wanda.Destinations.Tests.Files;
using Wanda.Hosting;

namespace Wanda.Destinations.Tests.Folder;

public sealed class FolderTests : FileStoreContract
{
    private protected override DestinationOptions Options => new() { Name = "nas", Kind = "folder", Path = Root, FailureDomain = "nas" };

    private protected override IFileStore Open(DestinationOptions options) => new FolderStore(options);

    [Fact]
    public async Task A_disk_that_is_unmounted_in_the_middle_leaves_the_mount_point_empty()
    {
        var disk = Root + "-disk";
        using var volume = new FolderVolume(Root);
        // To whoever holds the folder this is what unmounting does: the path means another one.
        Directory.Move(Root, disk);
        Directory.CreateDirectory(Root);
        await volume.WriteAsync("m42/a.car", stream => stream.WriteAsync(new byte[10]).AsTask(), default);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Root));
        Assert.True(File.Exists(Path.Combine(disk, "m42", "a.car")));
    }

    [Fact]
    public async Task A_disk_is_found_by_its_id_file_wherever_it_turns_up()
    {
        foreach (var name in new[] { "a", "b", "c" })
            Directory.CreateDirectory(Path.Combine(Root, name, "wanda"));
        var options = new DestinationOptions { Name = "usb", Kind = "folder", Path = Path.Combine(Root, "*", "wanda") };
        var node = new WandaOptions { Node = "dome", Destinations = [options] };
        await Assert.ThrowsAsync<ConfigurationException>(() => DestinationSetup.PrepareAsync(node, "usb", null, Time, default));
        await DestinationSetup.PrepareAsync(node, "usb", Path.Combine(Root, "b", "wanda"), Time, default);

        using var store = new FolderStore(options);
        using var volume = await store.OpenAsync(default);
        await volume.WriteAsync("here", stream => stream.WriteAsync(new byte[1]).AsTask(), default);
        Assert.True(File.Exists(Path.Combine(Root, "b", "wanda", "here")));
        Assert.Contains(Path.Combine(Root, "b", "wanda"), store.Endpoint);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("pipe")]
    [InlineData("link to nothing")]
    public async Task Anything_but_a_file_in_a_copys_place_is_no_copy_and_makes_room_for_it(string what)
    {
        using var volume = new FolderVolume(Root);
        var path = Path.Combine(Root, "a.car");
        if (what == "folder")
            Directory.CreateDirectory(Path.Combine(path, "below"));
        else if (what == "pipe")
            System.Diagnostics.Process.Start("mkfifo", [path]).WaitForExit();
        else
            File.CreateSymbolicLink(path, path + ".nowhere");
        Assert.Null(await volume.ReadAsync("a.car", default));
        await volume.WriteAsync("a.car", stream => stream.WriteAsync(new byte[10]).AsTask(), default);
        await using var copy = await volume.ReadAsync("a.car", default);
        Assert.Equal(10, copy!.Length);
        Assert.Equal(what == "folder", Directory.GetDirectories(Root, "below", SearchOption.AllDirectories).Length == 1);
    }

    [Theory]
    [InlineData("/mnt/nas/wanda", "nas.local")]
    [InlineData("/mnt/nas", "nas.local")]
    [InlineData("/mnt/nasty", null)]
    [InlineData("/mnt/nas/wanda/usb/x", null)]
    [InlineData("/mnt/my share/wanda", "192.168.1.4")]
    [InlineData("/mnt/six", "fe80::1")]
    [InlineData("/mnt/ssh/wanda", "pi.example.org")]
    [InlineData("/var/lib", null)]
    public void A_share_counts_when_another_machine_serves_it(string path, string? server) =>
        Assert.Equal(server, NetworkMount.ServerOf(path,
        [
            "22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw",
            "30 22 0:40 / /mnt/nas rw,relatime shared:5 - nfs4 nas.local:/volume1 rw,vers=4.2",
            @"31 22 0:41 / /mnt/my\040share rw shared:6 master:2 - cifs //192.168.1.4/astro\040frames rw",
            "32 22 0:42 / /mnt/six rw - nfs [fe80::1]:/export rw",
            "33 22 0:43 / /mnt/ssh rw - fuse.sshfs astro@pi.example.org:/srv rw",
            "34 30 8:17 / /mnt/nas/wanda/usb rw - exfat /dev/sdb1 rw",
            "nonsense",
        ]));
}
