using System.Net;
using System.Security.Cryptography;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Room;

/// <summary>One node takes no other's room, turns or memory, whatever it sends.</summary>
public sealed class FairShareTests
{
    [Fact]
    public async Task A_block_is_named_once_in_a_question()
    {
        await using var server = await TestServer.StartAsync();
        var block = Dags.Raw("a block");
        await server.Client.UploadAsync(await Dags.CarAsync(block.Cid, block)).JsonAsync(HttpStatusCode.Created);

        Assert.Equal("BAD_REQUEST", await AskAsync(server.Client, block.Cid, block.Cid, block.Cid).RefusedAsync(HttpStatusCode.BadRequest));
        await AskAsync(server.Client, block.Cid, block.Cid).JsonAsync();
    }

    [Fact]
    public async Task Long_questions_of_one_node_let_anothers_in_between()
    {
        await using var server = await TestServer.StartAsync();
        using var hill = server.ClientOf(TestServer.Hill);
        var large = await Frame.MakeAsync(200_000_000);
        var small = await Frame.MakeAsync(1_000_000, seed: 2);
        await hill.UploadAsync(await large.CarAsync()).JsonAsync(HttpStatusCode.Created);
        await server.Client.UploadAsync(await small.CarAsync()).JsonAsync(HttpStatusCode.Created);

        var asked = Enumerable.Range(0, 8).Select(_ => AskAsync(hill, large.Root)).ToList();
        await AskAsync(server.Client, small.Root, [.. small.Blocks]).JsonAsync();

        Assert.Contains(asked, a => !a.IsCompleted);
        foreach (var answer in asked)
            await answer.JsonAsync();
    }

    [Fact]
    public async Task Whoever_has_no_upload_under_way_gets_a_slot_whoever_has_taken_the_others()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxUploads = 2, MaxUploadsPerNode = 2 });
        using var hill = server.ClientOf(TestServer.Hill);
        using var line = new CancellationTokenSource();
        var idle = new[] { HoldAsync(hill, line.Token), HoldAsync(hill, line.Token) };
        await UnderWayAsync(hill, 2);

        await server.Client.UploadAsync(await (await Frame.MakeAsync(1000)).CarAsync()).JsonAsync(HttpStatusCode.Created);
        using var own = HoldAsync(server.Client, line.Token);
        await UnderWayAsync(server.Client, 3);
        // A second one at once is not its due.
        Assert.Equal("TOO_MANY_UPLOADS", await server.Client.UploadAsync(await (await Frame.MakeAsync(1000, seed: 2)).CarAsync())
            .RefusedAsync(HttpStatusCode.TooManyRequests));

        await line.CancelAsync();
        await Task.WhenAll([.. idle, own]).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Room_that_is_announced_and_not_filled_keeps_nobody_out()
    {
        long free = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;
        await using var server = await TestServer.StartAsync(o => o with { MinFreeBytes = free - 4_000_000_000 });
        using var hill = server.ClientOf(TestServer.Hill);

        for (int i = 0; i < 33; i++)
            await hill.BeginAsync(1_000_000_000);
        await server.RestartAsync();

        await server.Client.BeginAsync(1_000_000_000);
        await server.Client.UploadAsync(await (await Frame.MakeAsync(1000)).CarAsync()).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_node_without_a_quota_has_its_share_of_the_disk_kept_free_and_no_more()
    {
        long free = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;
        await using var server = await TestServer.StartAsync(o => o with { MinFreeBytes = free - 4_000_000_000 });
        using var hill = server.ClientOf(TestServer.Hill);

        Assert.Equal("DISK_FULL", await PromiseAsync(hill, "M31", 2_500_000_000).RefusedAsync(HttpStatusCode.InsufficientStorage));
        await PromiseAsync(hill, "M31", 1_500_000_000).JsonAsync();
        Assert.Equal("DISK_FULL", await PromiseAsync(hill, "M33", 1_500_000_000).RefusedAsync(HttpStatusCode.InsufficientStorage));
        await PromiseAsync(hill, "M31", 1_600_000_000).JsonAsync();
        await PromiseAsync(server.Client, "M31", 1_500_000_000).JsonAsync();
    }

    [Fact]
    public async Task Tokens_that_are_over_take_no_share()
    {
        await using var server = await TestServer.StartAsync();
        await using var operators = await PinningServerOperator.OpenAsync(server.Folder, TimeProvider.System);
        for (int i = 0; i < 2; i++)
        {
            string invite = await operators.InviteAsync(new Invitation("ridge") { Replace = true });
            string tokenSha256 = AccessToken.Hash(AccessToken.Generate());
            await server.Client.PostAsync("/v0/join", Api.Json(new { invite, tokenSha256 })).JsonAsync();
        }

        await AssertSharersAsync(3);
        await operators.RevokeAsync("ridge");
        await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System); // a running server reads the accounts again after one
        await AssertSharersAsync(2);

        async Task AssertSharersAsync(int nodes)
        {
            var refused = await PromiseAsync(server.Client, "M31", 1L << 60).JsonAsync(HttpStatusCode.InsufficientStorage);
            Assert.Contains("DISK_FULL", refused.ToJsonString());
            long free = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;
            refused = await PromiseAsync(server.Client, "M31", free * 9 / 10).JsonAsync(HttpStatusCode.InsufficientStorage);
            Assert.Contains($"for each of its {nodes} nodes", refused.ToJsonString());
        }
    }

    [Theory]
    [InlineData(1, 5000)]
    [InlineData(65, 1)]
    [InlineData(40, 120)]
    public async Task Labels_are_bounded(int keys, int length)
    {
        await using var server = await TestServer.StartAsync();
        var meta = Enumerable.Range(0, keys).ToDictionary(i => $"{i}", _ => new string('x', length));

        Assert.Equal("BAD_REQUEST", await WantAsync(server, meta).RefusedAsync(HttpStatusCode.BadRequest));
        await WantAsync(server, meta.Take(4).ToDictionary(m => m.Key, m => m.Value[..Math.Min(1000, length)]))
            .JsonAsync(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Small_blocks_count_by_what_they_take_on_the_disk()
    {
        await using var server = await TestServer.StartAsync(o => o with
        {
            Nodes = [.. o.Nodes.Select(n => n with { QuotaBytes = 10_000_000 })],
            KeepUnpinned = TimeSpan.Zero,
        });
        var blocks = Enumerable.Range(0, 3000).Select(i => Dags.Raw($"{i}")).ToList();
        var root = Dags.Node(blocks.Select(b => b.Cid));
        var few = Dags.Node(blocks.Take(2000).Select(b => b.Cid));

        Assert.Equal("QUOTA_EXCEEDED", await server.Client.UploadAsync(await Dags.CarAsync(root.Cid, [root, .. blocks]))
            .RefusedAsync(HttpStatusCode.InsufficientStorage));
        Assert.Empty(server.Blocks());
        var pin = await server.Client.UploadAsync(await Dags.CarAsync(few.Cid, [few, .. blocks[..2000]])).JsonAsync(HttpStatusCode.Created);
        long left = await LeftAsync(server);
        Assert.InRange(left, 1_000_000, 10_000_000 - 2000 * 4096);
        await server.RestartAsync();
        Assert.Equal(left, await LeftAsync(server));
        using var ended = await server.Client.DeleteAsync($"/v0/pins/{pin["pinId"]}");
        Assert.Equal(10_000_000, await LeftAsync(server));
    }

    [Fact]
    public async Task A_car_of_crumbs_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var blocks = Enumerable.Range(0, 17_000).Select(i => Dags.Raw($"{i}")).ToList();

        Assert.Equal("BAD_CAR", await server.Client.UploadAsync(await Dags.CarAsync(blocks[0].Cid, blocks))
            .RefusedAsync(HttpStatusCode.BadRequest));
        Assert.Empty(server.Blocks());
    }

    [Fact]
    public async Task A_dag_of_more_links_than_are_followed_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var chain = new List<Block> { Dags.Raw("the end") };
        for (int i = 0; i < 4; i++)
        {
            var crumbs = Enumerable.Range(45_000 * i, 45_000)
                .Select(n => Cid.V1(Codec.Raw, Multihash.Identity(BitConverter.GetBytes(n))));
            chain.Add(Dags.Node([chain[^1].Cid, .. crumbs]));
        }

        Assert.Equal("BAD_DAG", await server.Client.UploadAsync(await Dags.CarAsync(chain[^1].Cid, Enumerable.Reverse(chain)))
            .RefusedAsync(HttpStatusCode.BadRequest));
    }

    private static Task UnderWayAsync(HttpClient client, int uploads) => Eventually.HoldsAsync(
        async () => (await client.GetStringAsync("/metrics")).Contains($"wanda_pinning_uploads_in_progress {uploads}\n",
            StringComparison.Ordinal), $"{uploads} uploads are under way");

    private static async Task<long> LeftAsync(TestServer server) =>
        (long)(await server.Client.GetAsync("/v0/node").JsonAsync())["leftBytes"]!;

    private static Task<HttpResponseMessage> WantAsync(TestServer server, Dictionary<string, string> meta) => server.Client.PostAsync(
        "/psa/pins", Api.Json(new { cid = Dags.Raw("wanted").Cid.ToString(), meta }));

    private static Task<HttpResponseMessage> PromiseAsync(HttpClient client, string session, long bytes) =>
        client.PutAsync($"/v0/sessions/{session}", Api.Json(new { bytes }));

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, Cid root, params Cid[] blocks) =>
        client.PostAsync("/v0/possession", Api.Json(new
        {
            cid = root.ToString(),
            nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            blocks = blocks.Length == 0 ? null : blocks.Select(b => b.ToString()),
        }));

    /// <summary>An upload that never goes on.</summary>
    private static async Task HoldAsync(HttpClient client, CancellationToken cancellationToken)
    {
        byte[] car = await (await Frame.MakeAsync(1_000_000)).CarAsync();
        using var body = new Body(car.Length, async (stream, ended) =>
        {
            await stream.WriteAsync(car.AsMemory(0, 1000), ended);
            await stream.FlushAsync(ended);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
        });
        using var answer = await client.PostAsync("/v0/car", body, cancellationToken);
    }
}
