using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Pins;

/// <summary>"Pinned" is the truth also years later: what is here is read, and what is lost is said.</summary>
public sealed class InspectionTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private Frame _frame = null!;
    private string _pin = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(
            o => o with { MaintainEvery = TimeSpan.FromSeconds(1), InspectEvery = TimeSpan.FromSeconds(1) });
        _frame = await Frame.MakeAsync(3_000_000);
        _pin =
            (string)(await _server.Client.UploadAsync(await _frame.CarAsync(), "capture=c1").JsonAsync(HttpStatusCode.Created))["pinId"]!;
        await _server.Client.UploadAsync(await (await Frame.MakeAsync(1_500_000, seed: 2)).CarAsync(), "capture=c2")
            .JsonAsync(HttpStatusCode.Created);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pin_that_lost_a_block_is_queued_and_pinned_again_when_it_is_sent(bool damaged)
    {
        int blocks = _server.Blocks().Length;
        string block = _server.Blocks().First(b => new FileInfo(b).Length == _frame[_frame.Blocks[^1]].Length);
        if (damaged)
        {
            byte[] bytes = await File.ReadAllBytesAsync(block);
            bytes[100] ^= 1;
            await File.WriteAllBytesAsync(block, bytes);
        }
        else
        {
            File.Delete(block);
        }

        await StatusBecomesAsync("queued");
        Assert.Equal("c2", (string)Assert.Single(await _server.Client.PinsAsync())!["capture"]!);
        Assert.Equal(1, (int)(await _server.Client.GetAsync("/v0/node").JsonAsync())["pins"]!);
        Assert.Contains("wanda_pinning_lost_pins_total 1\n", await _server.Client.GetStringAsync("/metrics"));

        // What is left of it stays, also over a restart: the one block is all that has to come.
        await _server.RestartAsync();
        await CollectedAsync();
        Assert.Equal(blocks - 1, _server.Blocks().Length);
        var healed = await _server.Client.UploadAsync(await _frame.CarAsync([_frame.Root, _frame.Blocks[^1]]), "capture=c1")
            .JsonAsync(HttpStatusCode.Created);

        Assert.NotEqual(_pin, (string)healed["pinId"]!);
        Assert.Equal(["c2", "c1"], (await _server.Client.PinsAsync()).Select(p => (string)p!["capture"]!));
        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/psa/pins/{_pin}").RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal(_frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{_frame.Root}"));
    }

    [Fact]
    public async Task What_is_sound_stays_pinned_and_is_read_again_and_again()
    {
        await Eventually.HoldsAsync(async () => await MetricAsync("inspected_bytes_total") > 3 * 4_500_000, "all was read three times");

        Assert.Equal(2, (await _server.Client.PinsAsync()).Count);
        Assert.Equal(0, await MetricAsync("lost_pins_total"));
    }

    private Task StatusBecomesAsync(string status) => Eventually.HoldsAsync(
        async () => (string)(await _server.Client.GetAsync($"/psa/pins/{_pin}").JsonAsync())["status"]! == status, $"the pin is {status}");

    private async Task CollectedAsync()
    {
        double before = await MetricAsync("collections_total");
        await Eventually.HoldsAsync(async () => await MetricAsync("collections_total") >= before + 2, "two collections");
        Assert.Equal(0, await MetricAsync("maintenance_failures_total"));
    }

    private async Task<double> MetricAsync(string name) => double.Parse(
        (await _server.Client.GetStringAsync("/metrics")).Split('\n')
            .Single(l => l.StartsWith($"wanda_pinning_{name} ", StringComparison.Ordinal)).Split(' ')[1],
        System.Globalization.CultureInfo.InvariantCulture);
}
