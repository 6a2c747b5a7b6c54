using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Offload;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Audit;

/// <summary>No proof expires for want of turns, and one that must wait holds up no other.</summary>
public sealed class PaceTests : NodeTest
{
    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Audit = options.Audit with { Challenges = 3, Sample = 0, Interval = TimeSpan.FromDays(30) }, // the test runs the rounds
    };

    [Fact]
    public async Task All_that_is_due_is_renewed_in_one_round()
    {
        var frames = await ReleasedAsync(60);
        await PassAsync(TimeSpan.FromDays(24));
        await AuditAsync();
        Assert.Equal(frames.Count, await InForceAsync(frames, TimeSpan.FromDays(20)));
    }

    [Fact]
    public async Task The_first_miss_makes_a_whole_holding_due()
    {
        var frames = await ReleasedAsync(6);
        await Node.RestartAsync(o => o with { Audit = o.Audit with { Sample = 1 } });
        await AuditAsync(); // what was looked at a moment before is doubted like the rest
        foreach (var block in Server.Blocks())
            block.Delete(); // an old backup was put back there
        await AuditAsync(); // a look at one of them
        await AuditAsync();
        Assert.Equal(0, await InForceAsync(frames, TimeSpan.Zero));
        Assert.Equal(frames.Count, await Node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Copies_that_the_destination_does_not_answer_for_end_no_others_audit_and_pause_nothing(int bad)
    {
        var frames = await ReleasedAsync(5);
        Node.Between = destination => new DownFor(destination, frames.Take(bad).Select(f => f.Id.ToString()).ToHashSet());
        await Node.RestartAsync();
        await PassAsync(TimeSpan.FromDays(24));
        await AuditAsync();
        Assert.Equal(frames.Count - bad, await InForceAsync(frames, TimeSpan.FromDays(20)));
        Assert.Null(await Node.PauseAsync());
        Assert.Contains(await Node.Catalogue.Events.OfAsync(frames[0].Id.ToString(), 100, default),
            e => e.Kind == EventKind.Failed && e.Detail.Contains("it does not answer in time", StringComparison.Ordinal));
        var asked = ((DownFor)Node.Get<DestinationSet>().All[0].Destination).Asked;
        await AuditAsync(); // each had its turn
        Assert.Equal(asked, ((DownFor)Node.Get<DestinationSet>().All[0].Destination).Asked);
    }

    [Fact]
    public async Task One_after_the_other_that_it_does_not_answer_for_is_an_outage_and_the_others_go_first_after_it()
    {
        var frames = await ReleasedAsync(9);
        Node.Between = destination => new DownFor(destination, frames.Take(5).Select(f => f.Id.ToString()).ToHashSet());
        await Node.RestartAsync();
        await PassAsync(TimeSpan.FromDays(24));
        await AuditAsync();
        Assert.Equal(3, ((DownFor)Node.Get<DestinationSet>().All[0].Destination).Asked);
        Assert.NotNull(await Node.PauseAsync());
        for (var i = 0; i < 4; i++)
        {
            await PassAsync(TimeSpan.FromHours(2)); // all that failed before is due again
            await AuditAsync();
        }

        Assert.Equal(4, await InForceAsync(frames, TimeSpan.FromDays(20)));
    }

    [Fact]
    public async Task Freed_frames_are_asked_for_where_the_destination_points_now()
    {
        await using var other = await FaultProxy.StartAsync(Server.Address);
        var frames = await ReleasedAsync(3);
        await Node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Url = other.Address.ToString() }] });
        await AuditAsync();
        Assert.Equal(frames.Count, await InForceAsync(frames, TimeSpan.Zero)); // the same server by another address

        await using var empty = await RealServer.StartAsync();
        await Node.UntilQuietAsync(); // nobody brings the one server the other's token
        await File.WriteAllTextAsync(Node.TokenFile, empty.Token);
        await Proxy.DownAsync();
        await other.DownAsync();
        await Node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Url = empty.Address.ToString() }] });
        await AuditAsync();
        Assert.Equal(0, await InForceAsync(frames, TimeSpan.Zero));
        Assert.Equal(frames.Count, (await Node.Catalogue.Reports.UnprovenAsync(true, default)).Sum(u => u.Frames));
        Assert.Equal(0, await Node.Catalogue.Reports.CountFramesAsync(FrameFilter.Lost, null, true, default));

        // What was proven elsewhere is not forgotten for it.
        await Node.UntilQuietAsync();
        await other.UpAsync();
        await File.WriteAllTextAsync(Node.TokenFile, Server.Token);
        await Node.RestartAsync(o => o with { Destinations = [o.Destinations[0] with { Url = other.Address.ToString() }] });
        await Eventually.HoldsAsync(
            async () => await InForceAsync(frames, TimeSpan.Zero) == frames.Count, "all to be proven again", Node.StateAsync);
    }

    [Fact]
    public async Task Proofs_that_are_about_to_end_are_counted_before_they_do()
    {
        await using var other = await FaultProxy.StartAsync(Server.Address);
        var frames = await ReleasedAsync(3);
        await Proxy.DownAsync();
        var end = (await Node.ProofsAsync(frames[0]))[0].ExpiresAt;
        var now = Node.Time.GetUtcNow();
        Assert.Equal(0, (await EndingAsync(now, now.AddDays(20))).Frames);
        var ending = await EndingAsync(now.AddDays(25), now.AddDays(31));
        Assert.Equal(frames.Count, ending.Frames);
        Assert.True(ending.FirstAt <= end);

        Task<EndingProofs> EndingAsync(DateTimeOffset from, DateTimeOffset to) =>
            Node.Catalogue.Audits.EndingAsync(TestNode.Destination, from, to, default);
    }

    private Task AuditAsync() => Node.Get<AuditRound>().RunAsync(default);

    private async Task PassAsync(TimeSpan span)
    {
        await Node.UntilQuietAsync();
        Node.Time.Advance(span);
        await Node.UntilQuietAsync();
    }

    private async Task<List<CaptureRecord>> ReleasedAsync(int count)
    {
        var frames = new List<CaptureRecord>();
        for (var i = 0; i < count; i++)
            frames.Add(await Node.SaveAsync($"{i}.bin", TestFrames.Noise(2000, i)));
        foreach (var frame in frames)
            await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        return frames;
    }

    /// <summary>How many have a proof of today's destination that is in force for so long.</summary>
    private async Task<int> InForceAsync(IEnumerable<CaptureRecord> frames, TimeSpan span)
    {
        var count = 0;
        foreach (var frame in frames)
        {
            var proofs = await Node.ProofsAsync(frame);
            count += proofs.Any(p => Node.Options.Destinations[0].Gave(p) && p.ExpiresAt > Node.Time.GetUtcNow() + span) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The real destination, which is down whenever it is asked for some frames.</summary>
    private sealed class DownFor(IDestination real, IReadOnlySet<string> subjects) : IDestination, IAnswersChallenges
    {
        private readonly IAnswersChallenges _answers = (IAnswersChallenges)real;

        public int Asked { get; private set; }

        public string Name => real.Name;

        public Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken) => real.PushAsync(item, cancellationToken);

        public Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken) =>
            real.ProveAsync(item, cancellationToken);

        public Task<ReadBackFrom> ThereAsync(OffloadItem item, CancellationToken cancellationToken) =>
            subjects.Contains(item.Subject) ? throw Down() : _answers.ThereAsync(item, cancellationToken);

        public Task<CustodyProof> AnswerAsync(OffloadItem item, PossessionChallenge challenge, CancellationToken cancellationToken) =>
            subjects.Contains(item.Subject) ? throw Down() : _answers.AnswerAsync(item, challenge, cancellationToken);

        public Task UnpinAsync(string remoteId, CancellationToken cancellationToken) => real.UnpinAsync(remoteId, cancellationToken);

        private DestinationDownException Down()
        {
            Asked++;
            return new("it does not answer in time.");
        }
    }
}
