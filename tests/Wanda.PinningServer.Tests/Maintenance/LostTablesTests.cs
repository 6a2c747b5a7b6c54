using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Maintenance;

/// <summary>
/// <c>pins.db</c> or the index of the blocks is lost, or was put back from a backup: neither is believed to be the newer one, and nothing
/// that was acknowledged goes.
/// </summary>
public sealed class LostTablesTests : IAsyncLifetime
{
    private readonly string _backup = Directory.CreateTempSubdirectory("wanda-backup-").FullName;
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(o => o with { MaintainEvery = TimeSpan.FromSeconds(1) });

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_backup, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frames_that_an_older_pins_db_does_not_know_stay_and_are_pins_again(bool backup)
    {
        var frames = await SendAsync(0, 1);
        await _server.StopAsync();
        if (backup)
            Copy("pins.db", _server.Folder, _backup);
        await _server.StartAgainAsync();
        frames.AddRange(await SendAsync(1, 6));
        await _server.StopAsync();
        Remove("pins.db");
        if (backup)
            Copy("pins.db", _backup, _server.Folder);

        await _server.StartAgainAsync();
        await _server.CollectedAsync();

        await AssertHereAsync(frames);
        var pins = await _server.Client.PinsAsync();
        Assert.Equal(Enumerable.Range(0, 6).Select(i => $"c{i} M31 {i} {i}.fits"),
            pins.Select(p => $"{p!["capture"]} {p["session"]} {p["number"]} {p["name"]}").Order());
        Assert.Equal(frames.Sum(f => f.Blocks.Sum(b => f[b].Length)),
            (long)(await _server.Client.GetAsync("/v0/node").JsonAsync())["bytes"]!);
        string notice = (string)(await _server.Client.GetAsync("/health").JsonAsync())["notices"]!.AsArray().Single()!;
        Assert.StartsWith($"{(backup ? 5 : 6)} pins were made again", notice);
        await _server.RestartAsync();
        Assert.Empty((await _server.Client.GetAsync("/health").JsonAsync())["notices"]!.AsArray());
        Assert.Equal(6, (await _server.Client.PinsAsync()).Count);
    }

    [Fact]
    public async Task What_a_node_ended_stays_ended_when_the_index_is_put_back()
    {
        var frame = (await SendAsync(0, 1)).Single();
        await _server.StopAsync();
        Copy("blocks/index.sqlite", _server.Folder, _backup);
        await _server.StartAgainAsync();
        await using (var server = await PinningServerOperator.OpenAsync(_server.Folder, TimeProvider.System))
            await server.UnpinAsync((string)(await _server.Client.PinsAsync()).Single()!["pinId"]!, "ana", "not wanted");
        await Eventually.HoldsAsync(() => _server.Blocks().Length == 0, "it is collected");
        await _server.StopAsync();
        Copy("blocks/index.sqlite", _backup, _server.Folder);

        await _server.StartAgainAsync();
        await _server.CollectedAsync();

        Assert.Empty(await _server.Client.PinsAsync());
        Assert.False(await _server.Client.HasAsync(frame.Root));
        Assert.Empty((await _server.Client.GetAsync("/health").JsonAsync())["notices"]!.AsArray());
    }

    [Fact]
    public async Task A_directory_keeps_what_was_sent_with_it_also_when_the_index_is_lost()
    {
        var (meta, thumb, frame) = (Dags.Raw("{}"), Dags.Raw("a thumbnail"), Dags.Raw("a frame, kept elsewhere"));
        var root = Dags.Directory(("metadata.json", meta.Cid), ("thumb.jpg", thumb.Cid), ("m31.fits", frame.Cid));
        await _server.Client.UploadAsync(await Dags.CarAsync(root.Cid, root, meta, thumb), "scope=directory&session=M31")
            .JsonAsync(HttpStatusCode.Created);
        await _server.StopAsync();
        Remove("blocks/index.sqlite");

        await _server.StartAgainAsync();
        await _server.CollectedAsync();

        Assert.True(await _server.Client.HasAsync(meta.Cid) && await _server.Client.HasAsync(thumb.Cid));
        Assert.Equal(3, (int)(await _server.Client.PinsAsync()).Single()!["blocks"]!);
        await _server.StopAsync();
        Remove("pins.db");
        await _server.StartAgainAsync();
        await _server.CollectedAsync();
        Assert.True(await _server.Client.HasAsync(meta.Cid) && await _server.Client.HasAsync(thumb.Cid));
        Assert.Equal(3, (int)(await _server.Client.PinsAsync()).Single()!["blocks"]!);
    }

    [Fact]
    public async Task A_pin_that_lost_a_block_keeps_the_rest_when_the_index_is_lost_too()
    {
        var frame = (await SendAsync(0, 1)).Single();
        await _server.StopAsync();
        Remove("blocks/index.sqlite");
        File.Delete(_server.Blocks().First(b => new FileInfo(b).Length == frame[frame.Blocks[^1]].Length));
        int left = _server.Blocks().Length;

        await _server.StartAgainAsync();
        await _server.CollectedAsync();
        await _server.RestartAsync();
        await _server.CollectedAsync();

        Assert.Equal(left, _server.Blocks().Length);
        var broken = (await _server.Client.GetAsync("/v0/node").JsonAsync())["broken"]!;
        Assert.Equal((1, frame.Root.ToString()), ((int)broken["pins"]!, (string)broken["cids"]!.AsArray().Single()!));
    }

    [Fact]
    public async Task A_revoked_or_forgotten_nodes_pins_outlive_the_index()
    {
        var frames = await SendAsync(0, 2);
        await _server.StopAsync();
        Remove("blocks/index.sqlite");
        _server.Change = o => o with
        {
            MaintainEvery = TimeSpan.FromSeconds(1),
            Nodes = [.. o.Nodes.Where(n => n.Name == TestServer.Hill)],
        };

        await _server.StartAgainAsync();
        await _server.CollectedAsync();

        using var hill = _server.ClientOf(TestServer.Hill);
        foreach (var frame in frames)
            Assert.Equal(frame.Content, await hill.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    [Fact]
    public async Task A_server_that_lost_its_accounts_does_not_open_itself_to_everybody_here()
    {
        await SendAsync(0, 1);
        await _server.StopAsync();
        Remove("pins.db");
        _server.Change = o => o with { MaintainEvery = TimeSpan.FromSeconds(1), Nodes = [] };

        await _server.StartAgainAsync();

        using var nobody = _server.ClientOf(null);
        await Eventually.HoldsAsync(async () =>
        {
            using var answer = await nobody.GetAsync("/v0/node");
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        }, "a token is asked for");
    }

    [Fact]
    public async Task Claims_of_an_older_server_are_kept_under_no_name_until_the_operator_ends_them()
    {
        var frames = await SendAsync(0, 2);
        await _server.StopAsync();
        Remove("pins.db");
        await using (var index = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(_server.Folder, "blocks/index.sqlite")};Pooling=False"))
        {
            await index.OpenAsync();
            await using var command = index.CreateCommand();
            command.CommandText = "DELETE FROM notes; UPDATE pins SET blocks = NULL;";
            await command.ExecuteNonQueryAsync();
        }

        await _server.StartAgainAsync();
        await _server.CollectedAsync();

        await AssertHereAsync(frames);
        Assert.Contains("2 of them without their owner", (string)(await _server.Client.GetAsync("/health").JsonAsync())["notices"]![0]!);
        await using var server = await PinningServerOperator.OpenAsync(_server.Folder, TimeProvider.System);
        var unknown = await server.PinsAsync("(unknown)");
        Assert.Equal(frames.Select(f => f.Root.ToString()).Order(), unknown.Select(p => p.Cid).Order());
        Assert.Equal(frames.Sum(f => f.Blocks.Sum(b => f[b].Length)), unknown.Sum(p => p.Bytes));
        foreach (var pin in unknown)
            await server.UnpinAsync(pin.Id, "ana", "sent again");
        await Eventually.HoldsAsync(() => _server.Blocks().Length == 0, "all is collected");
    }

    private async Task<List<Frame>> SendAsync(int from, int to)
    {
        var frames = new List<Frame>();
        for (int i = from; i < to; i++)
        {
            frames.Add(await Frame.MakeAsync(1_500_000 + i, seed: i));
            await _server.Client.UploadAsync(await frames[^1].CarAsync(), $"capture=c{i}&session=M31&number={i}&name={i}.fits")
                .JsonAsync(HttpStatusCode.Created);
        }

        return frames;
    }

    private async Task AssertHereAsync(IEnumerable<Frame> frames)
    {
        foreach (var frame in frames)
            Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    private static void Copy(string file, string from, string to)
    {
        string path = Path.Combine(from, file);
        Assert.False(File.Exists(path + "-wal") && new FileInfo(path + "-wal").Length > 0, "the server closed its files");
        File.Copy(path, Path.Combine(Directory.CreateDirectory(Path.Combine(to, Path.GetDirectoryName(file)!)).FullName,
            Path.GetFileName(file)), overwrite: true);
    }

    private void Remove(string file)
    {
        string folder = Path.Combine(_server.Folder, Path.GetDirectoryName(file)!);
        foreach (string part in Directory.GetFiles(folder, Path.GetFileName(file) + "*"))
            File.Delete(part);
    }
}
