using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Release;

/// <summary>Law 2: a proof of days ago opens no door when the destination has lost the frame since.</summary>
public sealed class LastLookTests : NodeTest
{
    // Everything is proven and nothing goes until the nights are over; the tests run the rounds.
    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Release = options.Release with { When = ReleaseWhen.Space, Nights = 3, Interval = TimeSpan.FromDays(30) },
        Audit = options.Audit with { Interval = TimeSpan.FromDays(30), Sample = 0 },
    };

    [Fact]
    public async Task A_server_that_was_emptied_before_the_nights_were_over_frees_nothing()
    {
        var frames = await ProvenAsync(4);
        foreach (var block in Server.Blocks())
            block.Delete();
        await Node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "what was lost is sent again later");
        await ReleaseAfterAsync(TimeSpan.FromDays(4));
        foreach (var frame in frames)
            Assert.True(File.Exists(Node.Root.Resolve(frame.Path)), $"{frame.FileName} is gone: {await Node.StateAsync()}");
        Assert.Empty(await Node.ProofsAsync(frames[0]));
        Assert.Contains(await Node.Catalogue.Events.OfAsync(frames[0].Id.ToString(), 100, default), e => e.Kind == EventKind.Lost);
    }

    [Fact]
    public async Task A_server_that_lost_one_frame_frees_the_others_when_it_has_proven_them_again()
    {
        var frames = await ProvenAsync(4);
        Server.Blocks()[0].Delete();
        await Node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "what was lost is sent again later");
        await ReleaseAfterAsync(TimeSpan.FromDays(4));
        await Node.Get<AuditRound>().RunAsync(default);
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        var gone = new List<CaptureRecord>();
        foreach (var frame in frames)
        {
            if (!File.Exists(Node.Root.Resolve(frame.Path)))
                gone.Add(await Node.FrameAsync(frame));
        }

        Assert.Equal(3, gone.Count);
        // The one that was lost goes when it was sent again, as the others did.
        await Node.Queues.ResumeAsync(QueueNames.Offload(TestNode.Destination));
        foreach (var frame in frames)
            await Node.UntilProvenAsync(frame);
        foreach (var frame in gone)
            Assert.Equal(frame.SizeBytes, (await Server.GetAsync(frame.Cid!)).Length);
    }

    [Fact]
    public async Task What_a_destination_proved_before_it_missed_a_copy_frees_nothing()
    {
        var frame = Assert.Single(await ProvenAsync(1));
        var proofs = await Node.ProofsAsync(frame);
        Node.Time.Advance(TimeSpan.FromMinutes(10));
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Doubted(proofs[0], TimeSpan.FromDays(30)), default);
        Assert.Equal(nameof(DoorCode.ProofGone),
            await Node.Get<ReleaseDoor>().ReleaseAsync(await Node.FrameAsync(frame), proofs, default));
        await ReleaseAfterAsync(TimeSpan.FromDays(4));
        Assert.Contains("missed a copy", await Node.WhyHereAsync(frame));
        Assert.True(File.Exists(Node.Root.Resolve(frame.Path)));

        await Node.Get<AuditRound>().RunAsync(default);
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        Assert.NotNull((await Node.FrameAsync(frame)).ReleasedAt);
    }

    [Fact]
    public async Task An_outage_takes_no_proof_back()
    {
        var frame = Assert.Single(await ProvenAsync(1));
        await Proxy.DownAsync();
        await ReleaseAfterAsync(TimeSpan.FromDays(4));
        Assert.NotNull((await Node.FrameAsync(frame)).ReleasedAt);
    }

    [Fact]
    public async Task One_that_does_not_answer_is_not_asked_about_each_frame()
    {
        var frames = await ProvenAsync(3);
        var silent = 0;
        Node.Between = destination => new Silent(destination, () => silent++);
        await Node.RestartAsync();
        await ReleaseAfterAsync(TimeSpan.FromDays(4));
        foreach (var frame in frames)
            Assert.NotNull((await Node.FrameAsync(frame)).ReleasedAt);
        Assert.Equal(1, silent);
    }

    [Fact]
    public async Task Frames_that_are_here_are_looked_into_as_well()
    {
        var frame = Assert.Single(await ProvenAsync(1));
        foreach (var block in Server.Blocks())
            block.Delete();
        await Node.RestartAsync(o => o with { Audit = o.Audit with { Sample = 1 } });
        await Eventually.HoldsAsync(
            async () => (await Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default)).Any(e => e.Kind == EventKind.Lost),
            "the loss to be seen", Node.StateAsync);
    }

    private async Task ReleaseAfterAsync(TimeSpan span)
    {
        await Node.UntilQuietAsync();
        Node.Time.Advance(span);
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
    }

    private async Task<List<CaptureRecord>> ProvenAsync(int count)
    {
        var frames = new List<CaptureRecord>();
        for (var i = 0; i < count; i++)
            frames.Add(await Node.SaveAsync($"{i}.bin", TestFrames.Noise(2000 + i, i)));
        foreach (var frame in frames)
            await Node.UntilProvenAsync(frame);
        await Node.UntilQuietAsync();
        return frames;
    }

    /// <summary>A destination that proves no frame any more.</summary>
    private sealed class Silent(IDestination real, Action asked) : IDestination, IAnswersChallenges
    {
        public string Name => real.Name;

        public Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken) => real.PushAsync(item, cancellationToken);

        public Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken)
        {
            if (item.Kind == SubjectKind.Session)
                return real.ProveAsync(item, cancellationToken); // an archive that is on its way would pause it
            asked();
            throw new DestinationDownException("it does not answer in time.");
        }

        public Task<ReadBackFrom> ThereAsync(OffloadItem item, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<CustodyProof> AnswerAsync(OffloadItem item, PossessionChallenge challenge, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task UnpinAsync(string remoteId, CancellationToken cancellationToken) => real.UnpinAsync(remoteId, cancellationToken);
    }
}
