using System.Net;
using System.Security.Cryptography;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Operator;

/// <summary>
/// The operator drops a pin on the folder of a server that runs, or does not: its node is told, and the space comes back.
/// </summary>
public sealed class UnpinTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private PinningServerOperator _operator = null!;
    private Frame _frame = null!;
    private string _pin = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(o => o with { MaintainEvery = TimeSpan.FromSeconds(1) });
        _operator = await PinningServerOperator.OpenAsync(_server.Folder, TimeProvider.System);
        _frame = await Frame.MakeAsync(3_000_000);
        _pin = (string)(await _server.Client.UploadAsync(await _frame.CarAsync(), "capture=c1&session=M31&number=7")
            .JsonAsync(HttpStatusCode.Created))["pinId"]!;
    }

    public async Task DisposeAsync()
    {
        await _operator.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Beside_a_running_server_a_pin_goes_with_its_blocks_and_its_node_is_told_why()
    {
        var kept = await Frame.MakeAsync(100, seed: 2);
        await _server.Client.UploadAsync(await kept.CarAsync(), "capture=c2").JsonAsync(HttpStatusCode.Created);

        Assert.Equal((_pin, "dome", "M31/7", "pinned"),
            await DropAsync("a lamp was on") is { } d ? (d.Id, d.Node, d.Frame, d.State) : default);

        Assert.Equal("c2", (string)Assert.Single(await _server.Client.PinsAsync())!["capture"]!);
        var refused = await AskAsync(_frame).JsonAsync(HttpStatusCode.NotFound);
        Assert.Contains("a lamp was on (ana)", (string)refused["error"]!["details"]!);
        await Eventually.HoldsAsync(() => _server.Blocks().Length == kept.Blocks.Count, "the blocks are collected");
        Assert.Equal((1, kept.Blocks.Sum(b => kept[b].Length)), await UseAsync());
        var entry = Assert.Single(await _operator.AuditAsync("dome"), e => e.Subject == _frame.Root.ToString() && e.Action != "pinned");
        Assert.Equal(("dropped", "M31/7: a lamp was on (ana)"), (entry.Action, entry.Detail));
        Assert.True((bool)(await AskAsync(kept).JsonAsync())["pinned"]!);
        Assert.Null(await DropAsync("again"));
    }

    [Fact]
    public async Task One_that_lost_its_root_is_listed_and_goes_with_what_is_left_of_it()
    {
        File.Delete(_server.Blocks().Single(b => new FileInfo(b).Length == _frame[_frame.Root].Length));
        await _server.RestartAsync(); // where the next inspection begins is drawn at random, and it reads one at least
        await Eventually.HoldsAsync(async () => (await _operator.PinsAsync(broken: true)).Count == 1, "the pin is found to be broken");
        await _server.CollectedAsync();
        Assert.Equal(_frame.Blocks.Count - 1, _server.Blocks().Length);

        var broken = Assert.Single(await _operator.PinsAsync("dome", broken: true));
        Assert.Equal((_pin, "M31/7", "broken"), (broken.Id, broken.Frame, broken.State));
        Assert.Empty(await _operator.PinsAsync("hill", broken: true));
        await DropAsync("the disk lost its root");

        await Eventually.HoldsAsync(() => _server.Blocks().Length == 0, "all is collected");
        Assert.Equal((0, 0), await UseAsync());
    }

    [Fact]
    public async Task With_no_server_running_it_goes_at_the_next_start()
    {
        await _server.Client.PutAsync("/v0/sessions/M31", Api.Json(new { bytes = 10_000_000 })).JsonAsync();
        await _server.StopAsync();
        await DropAsync("not wanted");

        await _server.StartAgainAsync();

        await Eventually.HoldsAsync(() => _server.Blocks().Length == 0, "the blocks are collected");
        Assert.Equal((0, 0), await UseAsync());
        var session = await _server.Client.GetAsync("/v0/sessions/M31").JsonAsync();
        Assert.Equal((0, 10_000_000), ((long)session["arrivedBytes"]!, (long)session["remainingBytes"]!));
        Assert.Equal(10_000_000, (long)(await _server.Client.GetAsync("/v0/node").JsonAsync())["reservedBytes"]!);
    }

    [Fact]
    public async Task What_is_sent_again_is_a_pin_again()
    {
        await DropAsync("a mistake");
        await _server.Client.UploadAsync(await _frame.CarAsync(), "capture=c1").JsonAsync(HttpStatusCode.Created);

        Assert.True((bool)(await AskAsync(_frame).JsonAsync())["pinned"]!);
        await Eventually.HoldsAsync(async () => await UseAsync() == (1, _frame.Blocks.Sum(b => _frame[b].Length)), "one is on the account");
        Assert.Equal(_frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{_frame.Root}"));
    }

    [Fact]
    public async Task A_wanted_one_goes_as_well()
    {
        var wanted = await Frame.MakeAsync(1000, seed: 3);
        var id = (string)(await _server.Client.PostAsync("/psa/pins", Api.Json(new { cid = wanted.Root.ToString(), name = "later" }))
            .JsonAsync(HttpStatusCode.Accepted))["requestid"]!;
        Assert.Equal(["wanted", "pinned"], (await _operator.PinsAsync()).Select(p => p.State));

        Assert.Equal("later", (await _operator.UnpinAsync(id, "ana", "nobody has it"))!.Frame);

        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/psa/pins/{id}").RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal(1, (await UseAsync()).Pins);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("two\nlines")]
    public async Task Without_a_reason_nothing_is_dropped(string reason)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => DropAsync(reason));
        await Assert.ThrowsAsync<ArgumentException>(() => DropAsync(new string('x', 121)));
        Assert.Single(await _server.Client.PinsAsync());
    }

    private Task<PinReport?> DropAsync(string reason) => _operator.UnpinAsync(_pin, "ana", reason);

    private async Task<(long Pins, long Bytes)> UseAsync()
    {
        var node = await _server.Client.GetAsync("/v0/node").JsonAsync();
        return ((long)node["pins"]!, (long)node["bytes"]!);
    }

    private Task<HttpResponseMessage> AskAsync(Frame frame) => _server.Client.PostAsync("/v0/possession", Api.Json(new
    {
        cid = frame.Root.ToString(),
        nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        blocks = frame.Blocks.Select(b => b.ToString()),
    }));
}
