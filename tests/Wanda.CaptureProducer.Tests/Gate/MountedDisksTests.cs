using System.Diagnostics;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Gate;

/// <summary>
/// Disks that come and go in a watched folder. Where mounting is not allowed (most containers), folders that are moved stand in for them.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class MountedDisksTests : ProducerNode
{
    private static readonly DateTime Evening = new(2026, 11, 20, 22, 0, 0, DateTimeKind.Utc);
    private readonly List<string> _mounted = [];

    private string Card => Path.Combine(Watched, "card");

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Watch = [new WatchOptions { Path = Watched, Name = "reader", Quiet = TimeSpan.Zero, QuietDoubtful = TimeSpan.Zero }],
    };

    /// <summary>
    /// ext2 keeps no births and whole seconds: the frames of the second card have the inodes, times, sizes and names of the first's.
    /// </summary>
    [Fact]
    public async Task Frames_of_a_second_card_are_not_taken_for_those_of_the_first()
    {
        await MakeAsync("first", 1);
        await MakeAsync("second", 2);
        Insert("first");
        await TakenAsync(2);
        Eject("first");
        Insert("second");
        await TakenAsync(4);
        Eject("second");
        Insert("first");
        await File.WriteAllBytesAsync(Path.Combine(Card, "c.jpg"), Jpeg(9));
        await TakenAsync(5);

        // Known as what they are also by the next start.
        await StopAsync();
        await StartAsync();
        await Eventually.HoldsAsync(() => Get<CaptureProgress>().IsIdle, "the folder to be looked through");
        await TakenAsync(5);
    }

    [SkippableFact]
    public async Task A_mount_whose_program_is_gone_hides_nothing_else()
    {
        Directory.CreateDirectory(Card);
        const string mount = "exec 9<>/dev/fuse && mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 gone \"$0\"";
        if (Run("bash", "-c", mount, Card))
            _mounted.Add(Card);
        await File.WriteAllBytesAsync(Path.Combine(Watched, "a.jpg"), Jpeg(1));
        await TakenAsync(1);
        await File.WriteAllBytesAsync(Path.Combine(Watched, "b.jpg"), Jpeg(2));
        await TakenAsync(2);
        Skip.If(_mounted.Count == 0, "only root mounts a FUSE without its program, and where there is FUSE");
        Assert.Equal("card", Assert.Single(await Catalogue.Intake.RefusalsAsync(10, default)).Path.ToString());
        Assert.Equal(SourceState.Running, Assert.Single(await Catalogue.Intake.SourcesAsync(default)).State);
    }

    /// <summary>Law 11: what the system makes of a failing card takes no frame at all, and is more than one frame that waits.</summary>
    [SkippableFact]
    public async Task A_storage_that_became_read_only_is_said_of_the_source()
    {
        await File.WriteAllBytesAsync(Path.Combine(Watched, "a.jpg"), Jpeg(1));
        await TakenAsync(1);
        Skip.IfNot(Run("mount", "--bind", Root.Path, Root.Path), "mounts are made by root");
        _mounted.Add(Root.Path);
        Assert.True(Run("mount", "-o", "remount,ro,bind", Root.Path));
        await File.WriteAllBytesAsync(Path.Combine(Watched, "b.jpg"), Jpeg(2));
        await Eventually.HoldsAsync(async () => (await Catalogue.Intake.SourcesAsync(default)).Single() is
        { State: SourceState.Waiting, Code: SourceCode.StorageReadOnly, Reason.Length: > 0 }, "that to be said");
        Assert.True(Run("mount", "-o", "remount,rw,bind", Root.Path));
        await TakenAsync(2);
        await Eventually.HoldsAsync(
            async () => (await Catalogue.Intake.SourcesAsync(default)).Single().State == SourceState.Running, "the source to go on");
    }

    public override async Task DisposeAsync()
    {
        await StopAsync();
        foreach (var folder in _mounted)
            Run("umount", "-l", folder);
        await base.DisposeAsync();
    }

    private async Task MakeAsync(string card, byte content)
    {
        var image = Path.Combine(Options.Data, $"{card}.img");
        var folder = Path.Combine(Options.Data, card);
        Directory.CreateDirectory(folder);
        var isMounted = Run("truncate", "-s", "1M", image) && Run("mke2fs", "-q", "-I", "128", image) && Run("mount", image, folder);
        foreach (var name in (string[])["a.jpg", "b.jpg"])
        {
            var path = Path.Combine(folder, name);
            await File.WriteAllBytesAsync(path, Jpeg(content));
            File.SetLastWriteTimeUtc(path, Evening);
            content += 10;
        }

        if (isMounted)
            Assert.True(Run("umount", folder));
    }

    private void Insert(string card)
    {
        if (!Directory.Exists(Path.Combine(Options.Data, card, "lost+found")) && Files(card).Length > 0)
        {
            Directory.Move(Path.Combine(Options.Data, card), Card);
            return;
        }

        Directory.CreateDirectory(Card);
        Assert.True(Run("mount", Path.Combine(Options.Data, $"{card}.img"), Card));
        _mounted.Add(Card);
    }

    private void Eject(string card)
    {
        if (!_mounted.Remove(Card))
            Directory.Move(Card, Path.Combine(Options.Data, card));
        else
            Assert.True(Run("umount", "-l", Card)); // it may be looked at just now
    }

    private string[] Files(string card) => Directory.GetFiles(Path.Combine(Options.Data, card));

    private Task TakenAsync(int count) => Eventually.HoldsAsync(
        async () => (await Catalogue.Captures.NewestAsync(100, default)).Count == count, $"{count} captures");

    private static byte[] Jpeg(byte content) => [0xff, 0xd8, content, 0xff, 0xd9];

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process!.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
