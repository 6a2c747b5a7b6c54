using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops.Tests.Night;

/// <summary>What room a destination has is told in frames, and before the night is over.</summary>
public sealed class RoomTests : IAsyncLifetime
{
    private TestConsole _console = null!;

    private TestNode Node => _console.Node;

    public async Task InitializeAsync() => _console = await TestConsole.StartAsync();

    public Task DisposeAsync() => _console.DisposeAsync().AsTask();

    [Fact]
    public async Task Room_is_counted_in_frames_as_they_come_lately()
    {
        await SaidAsync(1_000_000_000);
        var room = await RoomAsync();
        Assert.Equal((null, "room for 1 GB"), (room!.Frames, room.Words));
        await Node.SaveAsync(bytes: new byte[30_000]);
        room = await RoomAsync();
        Assert.Equal((33_333L, "room for about 33,000 more frames", null), (room!.Frames, room.Words, room.Refusal));
        Assert.Contains("room for about 33,000 more frames", await _console.Client.GetStringAsync("/"));
        Assert.Empty((await Node.Get<NightQuery>().ReadAsync(default)).Notices);
    }

    [Fact]
    public async Task A_warning_and_a_refusal_are_said_in_the_first_place_an_operator_looks_at()
    {
        await Node.SaveAsync(bytes: new byte[30_000]);
        await SaidAsync(65_000);
        await Node.Catalogue.Destinations.WarnedAsync("altermundi", "65000 of 100000 bytes are left to dome", default);
        var low = Assert.Single((await Node.Get<NightQuery>().ReadAsync(default)).Notices);
        Assert.Equal("altermundi warns: 65000 of 100000 bytes are left to dome. It has room for about 2 more frames.", low.Text);
        await Node.Catalogue.Destinations.WarnedAsync("altermundi", null, default);
        await SaidAsync(65_000, refusal: new RoomRefusal("m42", 40_000_000, "Node dome may keep 100 bytes here."));
        var refused = Assert.Single((await Node.Get<NightQuery>().ReadAsync(default)).Notices);
        Assert.Equal(Severity.NeedsYou, refused.Severity);
        Assert.StartsWith("altermundi cannot keep room for m42, which would take 40 MB: Node dome may keep 100 bytes here. It has room for "
            + "about 2 more frames.", refused.Text);
    }

    [Fact]
    public async Task What_was_said_long_ago_is_not_said_again()
    {
        await SaidAsync(65_000, refusal: new RoomRefusal("m42", 40_000_000, "no."), ago: TimeSpan.FromHours(2));
        Assert.Null(await RoomAsync());
        Assert.Empty((await Node.Get<NightQuery>().ReadAsync(default)).Notices);
    }

    private Task SaidAsync(long bytes, RoomRefusal? refusal = null, TimeSpan ago = default) => Node.Catalogue.Node.StoreRoomAsync(
        "altermundi", new RoomReport { At = TimeProvider.System.GetUtcNow() - ago, Bytes = bytes, Refusal = refusal }, default);

    private async Task<RoomView?> RoomAsync() => (await Node.Get<DestinationQuery>().ListAsync(default)).Single().Room;
}
