using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Offload.Room;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload.Room;

/// <summary>A real server is told at dusk what a night will bring, and says whether it fits; none of it is in the way of a frame.</summary>
public sealed class RoomTests : IAsyncLifetime
{
    private const int Frame = 400_000;
    private RealServer _server = null!;
    private FaultProxy _proxy = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _server = await RealServer.StartAsync(quotaBytes: 3_000_000);
        _proxy = await FaultProxy.StartAsync(_server.Address);
        _node = TestNode.Create(_proxy.Address, _server.Token);
        await _node.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Before_a_session_has_ended_nothing_is_guessed_and_the_room_is_known()
    {
        await NightAsync("first", frames: 2, end: false);
        var report = await AskAsync();
        Assert.InRange(report.Bytes, 2_100_000, 2_200_000);
        Assert.Null(report.Refusal);
        Assert.InRange(await KeptAsync("first"), 2 * Frame, 2 * Frame + 5000); // what it has brought
    }

    [Fact]
    public async Task An_open_session_is_taken_for_as_large_as_the_one_before_and_gives_back_what_it_did_not_need()
    {
        await NightAsync("first", frames: 2, end: true);
        await NightAsync("second", frames: 1, end: false);
        var report = await AskAsync();
        Assert.InRange(await KeptAsync("second"), 2 * Frame, 2 * Frame + 5000);
        Assert.Equal(["second"], report.Asked);
        Assert.InRange(report.Bytes, 1_700_000, 1_800_000); // what is kept for us is ours

        await _node.Catalogue.Ledger.ApplyAsync(new Fact.SessionEnded(new SessionName("second")), default);
        Assert.Empty((await AskAsync()).Asked);
        Assert.InRange(await KeptAsync("second"), Frame, Frame + 5000);
    }

    [Fact]
    public async Task A_night_that_will_not_fit_is_known_at_dusk_and_its_frames_go_there_all_the_same()
    {
        await NightAsync("first", frames: 4, end: true);
        var frame = await NightAsync("second", frames: 1, end: false);
        var report = await AskAsync();
        Assert.Equal("second", report.Refusal!.Session);
        Assert.InRange(report.Refusal.Bytes, 4 * Frame, 4 * Frame + 5000);
        Assert.Contains("bytes", report.Refusal.Words);
        Assert.True(await _node.IsReleasedAsync(frame));
        Assert.Null(await _node.PauseAsync());
    }

    [Fact]
    public async Task What_waits_of_earlier_nights_is_asked_for_before_tonight_s_guess()
    {
        await NightAsync("first", frames: 3, end: true);
        await _node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "no line");
        await NightAsync("second", frames: 3, end: true, wait: false);
        await NightAsync("third", frames: 0, end: false);
        var report = await AskAsync();
        Assert.Equal("third", report.Refusal!.Session);
        Assert.InRange(await KeptAsync("second"), 3 * Frame, 3 * Frame + 5000);
    }

    [Fact]
    public async Task A_server_that_is_away_or_knows_nothing_of_room_changes_nothing()
    {
        _proxy.Fault = async context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("no such thing");
            return true;
        };
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(TestNode.Session, SessionKind.Camera), default);
        await _node.Get<RoomRound>().RunAsync(default);
        await _proxy.DownAsync();
        await _node.Get<RoomRound>().RunAsync(default);
        Assert.Null(await _node.PauseAsync());
        Assert.Equal(DestinationState.Open, (await _node.Catalogue.Destinations.FindAsync(TestNode.Destination, default))!.State);
    }

    private async Task<RoomReport> AskAsync()
    {
        await _node.Get<RoomRound>().RunAsync(default);
        return (await _node.Catalogue.Node.FindRoomAsync(TestNode.Destination, default))!;
    }

    private async Task<long> KeptAsync(string session) =>
        (long)JsonNode.Parse(await _server.GetTextAsync($"v0/sessions/{session}"))!["bytes"]!;

    /// <summary>A session with frames, each of which is there unless nobody waits for it; the last of them.</summary>
    private async Task<CaptureRecord> NightAsync(string session, int frames, bool end, bool wait = true)
    {
        CaptureRecord frame = null!;
        await _node.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new SessionName(session), SessionKind.Camera), default);
        for (var i = 0; i < frames; i++)
        {
            frame = await TestFrames.SaveAsync(
                _node.Catalogue, _node.Root, _node.Time, new SessionName(session), $"{session}-{i}.bin",
                TestFrames.Noise(Frame, session.GetHashCode(StringComparison.Ordinal) + i));
            await _node.Get<MassTransit.IBus>().Publish(frame.ToSaved());
            if (wait)
                await _node.UntilReleasedAsync(frame);
        }

        if (end)
            await _node.Catalogue.Ledger.ApplyAsync(new Fact.SessionEnded(new SessionName(session)), default);
        _node.Time.Advance(TimeSpan.FromMinutes(1)); // sessions have an order
        return frame;
    }
}
