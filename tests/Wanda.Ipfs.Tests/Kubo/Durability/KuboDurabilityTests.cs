using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo.Durability;

/// <summary>What a daemon tells of how it writes, and what is made of it.</summary>
public sealed class KuboDurabilityTests : IAsyncLifetime
{
    private const string First = "1.79610266501e+09";
    private const string Again = "1.79610276502e+09";

    private readonly KuboStandIn _daemon = new() { Started = First };
    private readonly MemorySightings _sightings = new();
    private StandIn _server = null!;
    private KuboClient _kubo = null!;
    private int _status;

    public async Task InitializeAsync()
    {
        _server = await StandIn.StartAsync(context =>
        {
            context.Response.StatusCode = _status == 0 ? context.Response.StatusCode : _status;
            return _status == 0 ? _daemon.AnswerAsync(context) : Task.CompletedTask;
        });
        _kubo = new KuboClient(_server.Endpoint, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _kubo.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(true, "levelds", Flushing.Yes)]
    [InlineData(true, "pebbleds", Flushing.Yes)]
    [InlineData(false, "levelds", Flushing.No)]
    [InlineData(null, "levelds", Flushing.Unknown)]
    [InlineData(true, "s3ds", Flushing.Unknown)] // a plugin's: nobody knows what it promises
    [InlineData(false, "s3ds", Flushing.No)]
    public async Task One_that_was_started_again_is_what_its_configuration_says(bool? sync, string store, Flushing told)
    {
        (_daemon.Sync, _daemon.Store) = (sync, store);
        await AskAsync();
        _daemon.Started = Again;

        var flush = await AskAsync();

        Assert.Equal((told, told == Flushing.Yes, false), (flush.Flushing, flush.Reason.Length == 0, flush.IsByUs));
    }

    [Fact]
    public async Task One_that_keeps_its_blocks_elsewhere_than_in_flatfs_is_not_known()
    {
        _daemon.BlocksStore = "badgerds";
        await AskAsync();
        _daemon.Started = Again;

        Assert.Equal(Flushing.Unknown, (await AskAsync()).Flushing);
    }

    [Fact]
    public async Task One_that_is_seen_first_with_sync_may_run_without_and_must_be_started_again()
    {
        var first = await AskAsync();
        var still = await AskAsync();
        _daemon.Started = Again;
        var again = await AskAsync();

        Assert.Equal((Flushing.No, Flushing.No, Flushing.Yes), (first.Flushing, still.Flushing, again.Flushing));
        Assert.All([first, still], f => Assert.Contains("restart it once", f.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_was_edited_while_it_ran_says_no_until_it_is_started_again()
    {
        _daemon.Sync = false;
        Assert.Contains("ipfs config --json Datastore.Spec", (await AskAsync()).Reason, StringComparison.Ordinal);
        _daemon.Sync = true;

        Assert.Equal(Flushing.No, (await AskAsync()).Flushing);
        _daemon.Started = Again;
        Assert.Equal(Flushing.Yes, (await AskAsync()).Flushing);
    }

    [Fact]
    public async Task One_that_was_set_back_begins_anew()
    {
        await AskAsync();
        _daemon.Started = Again;
        Assert.Equal(Flushing.Yes, (await AskAsync()).Flushing);

        _daemon.Sync = false;
        Assert.Equal(Flushing.No, (await AskAsync()).Flushing);
        _daemon.Sync = true;
        Assert.Equal(Flushing.No, (await AskAsync()).Flushing);
    }

    [Theory]
    [InlineData("1.79610266601e+09")] // its clock was corrected by a second: the same process
    [InlineData("1.79610256501e+09")] // or set back
    public async Task A_start_that_is_not_clearly_later_is_none(string start)
    {
        await AskAsync();
        _daemon.Started = start;

        Assert.Equal(Flushing.No, (await AskAsync()).Flushing);
    }

    [Fact]
    public async Task One_whose_clock_was_set_back_needs_one_more_start()
    {
        await AskAsync();
        _daemon.Started = "1.7e+09";
        await AskAsync();
        _daemon.Started = "1.7000001e+09";

        Assert.Equal(Flushing.Yes, (await AskAsync()).Flushing);
    }

    [Fact]
    public async Task One_that_hides_when_it_was_started_is_not_known_though_it_was_seen_before()
    {
        _daemon.Started = null;
        var hidden = await AskAsync();
        _daemon.Started = First;
        await AskAsync();
        _daemon.Started = Again;
        await AskAsync();
        _daemon.Started = null;

        Assert.All([hidden, await AskAsync()], f =>
        {
            Assert.Equal(Flushing.Unknown, f.Flushing);
            Assert.Contains("/debug/metrics", f.Reason, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("1.79610286502e+09")]
    [InlineData("1.79610276503e+09")] // within the same second
    [InlineData(null)]
    public async Task What_was_given_while_it_was_started_again_is_not_answered_for(string? then)
    {
        await AskAsync();
        _daemon.Started = Again;
        using KuboDurability durability = new(_kubo, _sightings, mayFlushByUs: false);
        var asked = await durability.AskAsync();
        await durability.FlushAsync(asked); // one and the same process

        _daemon.Started = then;

        var failure = await Assert.ThrowsAsync<RemoteException>(() => durability.FlushAsync(asked));
        Assert.Equal((RemoteFailure.Unavailable, KuboAnswer.Down), (failure.Failure, KuboAnswers.Of(failure)));
        Assert.Contains("was started again", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_daemon_at_the_address_is_another()
    {
        await AskAsync();
        _daemon.Started = Again;
        Assert.Equal(Flushing.Yes, (await AskAsync()).Flushing);
        _daemon.Peer = "12D3KooWOther";

        Assert.Equal(Flushing.No, (await AskAsync()).Flushing);
    }

    [Fact]
    public async Task One_whose_repository_is_not_found_here_is_not_flushed_by_us()
    {
        _daemon.Sync = false;
        using KuboDurability durability = new(_kubo, _sightings, mayFlushByUs: true);

        var flush = await durability.AskAsync();

        Assert.Equal((Flushing.No, false), (flush.Flushing, flush.IsByUs));
        Assert.Contains("is not found on this machine", flush.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, RemoteFailure.Denied)]
    [InlineData(503, RemoteFailure.Unavailable)]
    public async Task One_that_cannot_be_asked_is_not_answered_for(int status, RemoteFailure failure)
    {
        _status = status;

        Assert.Equal(failure, (await Assert.ThrowsAsync<RemoteException>(AskAsync)).Failure);
    }

    // As after a start of ours: what was seen is all that is left.
    private async Task<KuboFlush> AskAsync()
    {
        using KuboDurability durability = new(_kubo, _sightings, mayFlushByUs: false);
        return await durability.AskAsync();
    }
}
