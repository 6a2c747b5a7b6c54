using System.Diagnostics;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Interop.Tests.Kubo.Manager;

/// <summary>Quotas and full disks, of which a real daemon knows nothing by itself.</summary>
public sealed class KuboRoomTests : ManagedKuboTest
{
    private const int Piece = 1 << 20;

    [SkippableFact]
    public async Task Nothing_is_handed_over_beyond_the_quota_and_garbage_makes_room()
    {
        using var client = await StartAsync(Kubo.Manager());
        long before = await client.Repo.SizeAsync();
        var room = new KuboRoom(client, new(before + 3 * Piece, 0.5, IsOurs: true), TimeProvider.System);
        Assert.Null(await room.AskAsync());
        await AddAsync(client, 4, pin: false);

        Assert.Null(await room.AskAsync()); // what no pin keeps went

        Assert.True(await client.Repo.SizeAsync() < before + 3 * Piece);
        await AddAsync(client, 4, pin: true);
        string refused = (await room.AskAsync())!;
        Assert.Contains("ipfs.kubo.maxStorage", refused, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_daemon_that_others_use_is_not_collected()
    {
        using var client = await StartAsync(Kubo.Manager());
        var room = new KuboRoom(client, new(3 * Piece, 0.5, IsOurs: false), TimeProvider.System);
        await AddAsync(client, 4, pin: false);
        long size = await client.Repo.SizeAsync();

        Assert.NotNull(await room.AskAsync());

        Assert.Equal(size, await client.Repo.SizeAsync());
    }

    [SkippableFact]
    public async Task A_disk_that_frames_need_is_left_to_them()
    {
        using var client = await StartAsync(Kubo.Manager());
        long free = 10 * Piece;
        var limit = new KuboRoomLimit(null, 0.9, IsOurs: true) { MinFreeBytes = 5 * Piece, FreeBytes = () => free };
        var room = new KuboRoom(client, limit, TimeProvider.System);
        Assert.Null(await room.AskAsync());

        free = 4 * Piece;

        Assert.Contains("stay free for the frames", await room.AskAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_full_disk_is_told_refuses_and_goes_on_when_there_is_room()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can mount a small disk");
        string disk = Directory.CreateDirectory(Path.Combine(Kubo.Folder, "disk")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=60m", "none", disk);
        try
        {
            await using var manager = new KuboManager(
                Kubo.Options with { Repository = Path.Combine(disk, "kubo"), MinFreeBytes = 2 * Piece }, TimeProvider.System);
            using var client = await StartAsync(manager, Path.Combine(disk, "kubo"));
            string filler = Path.Combine(disk, "filler");
            File.WriteAllBytes(filler, new byte[(int)new DriveInfo(disk).AvailableFreeSpace - Piece]);

            await ManagedKubo.ReachAsync(manager, KuboPhase.Degraded, KuboTrouble.StorageFull);
            var failed = await Assert.ThrowsAsync<KuboException>(() => AddAsync(client, 4, pin: true));
            Assert.Equal(KuboAnswer.Full, KuboAnswers.Of(failed));

            File.Delete(filler);
            await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
            await AddAsync(client, 4, pin: true);
        }
        finally
        {
            Run("umount", "-l", disk);
        }
    }

    private async Task<KuboClient> StartAsync(KuboManager manager, string? repository = null)
    {
        await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
        return new(KuboAddress.Endpoint(repository ?? Kubo.Options.Repository), TimeProvider.System);
    }

    private static async Task AddAsync(KuboClient client, int pieces, bool pin)
    {
        using var content = new MemoryStream(TemporaryFolder.RandomBytes(pin ? 1 : 2, pieces * Piece));
        await client.AddAsync("a", content, new KuboAddOptions(CidVersion: 1, RawLeaves: true, Pin: pin));
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
