using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Audit;

/// <summary>
/// A released frame is as safe as its newest proof: it is renewed in time, taken back when the copy is gone, and never forgotten.
/// </summary>
public sealed class AuditTests : NodeTest
{
    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Audit = options.Audit with { Challenges = 3, Sample = 0, Interval = TimeSpan.FromDays(30) }, // the test runs the rounds
    };

    [Fact]
    public async Task A_released_frames_proof_is_renewed_without_a_download()
    {
        var frame = await ReleasedAsync("a.fits", 700_000);
        var first = await ProofAsync(frame);
        await AuditAsync();
        Assert.Equal(first, await ProofAsync(frame)); // not due
        await PassAsync(TimeSpan.FromDays(24));
        await AuditAsync();
        var second = await ProofAsync(frame);
        Assert.Equal((ProofMethod.Possession, first.Bytes), (second.Method, second.Bytes));
        Assert.True(second.ExpiresAt > first.ExpiresAt.AddDays(20));
        Assert.Equal(2, await Node.Catalogue.Audits.LeftAsync(frame.Id.ToString(), default));
        Assert.DoesNotContain(Proxy.Requests, r => r.StartsWith("GET /ipfs/", StringComparison.Ordinal));
        Assert.Contains(await TimelineAsync(frame), e => e.Kind == EventKind.Audited);
    }

    [Fact]
    public async Task Without_a_question_left_it_is_read_back_and_more_are_made()
    {
        var frame = await ReleasedAsync("a.fits", 700_000);
        while (await Node.Catalogue.Audits.TakeAsync(frame.Id.ToString(), (await Node.FrameAsync(frame)).Cid!, default) is not null)
        {
            // All of them.
        }

        await PassAsync(TimeSpan.FromDays(24));
        await AuditAsync();
        Assert.Equal(ProofMethod.ReadBack, (await ProofAsync(frame)).Method);
        Assert.True((await ProofAsync(frame)).OnThisMachine);
        Assert.Equal(3, await Node.Catalogue.Audits.LeftAsync(frame.Id.ToString(), default));
        await PassAsync(TimeSpan.FromDays(24));
        await AuditAsync();
        Assert.Equal(ProofMethod.Possession, (await ProofAsync(frame)).Method); // by one of those
    }

    [Fact]
    public async Task No_more_bytes_a_day_are_read_back_than_allowed()
    {
        await Node.RestartAsync(o => o with { Audit = o.Audit with { Challenges = 0, DailyBytes = new ByteSize(1_000_000) } });
        var frames = new[] { await ReleasedAsync("a.fits", 700_000), await ReleasedAsync("b.fits", 700_000, 2) };
        await PassAsync(TimeSpan.FromDays(24));
        await AuditAsync();
        await AuditAsync();
        Assert.Equal(1, await RenewedAsync(frames));
        await PassAsync(TimeSpan.FromHours(25));
        await AuditAsync();
        Assert.Equal(2, await RenewedAsync(frames));
    }

    [Fact]
    public async Task A_directory_is_audited_too()
    {
        await ReleasedAsync("a.fits", 3000);
        await Node.EndSessionAsync();
        await Eventually.HoldsAsync(async () => await DirectoryProofAsync() is not null, "the directory's proof", Node.StateAsync);
        var before = await DirectoryProofAsync();
        await PassAsync(TimeSpan.FromDays(24));
        await AuditAsync();
        Assert.True((await DirectoryProofAsync())!.ProvenAt > before!.ProvenAt);
    }

    [Fact]
    public async Task An_outage_takes_no_proof_back_and_an_expired_one_is_renewed_after_it()
    {
        var frame = await ReleasedAsync("a.fits", 3000);
        await Proxy.DownAsync();
        await PassAsync(TimeSpan.FromDays(40));
        await AuditAsync();
        await Node.UntilPausedAsync();
        var expired = await ProofAsync(frame);
        Assert.False(expired.IsInForce(Node.Time.GetUtcNow()));
        Assert.DoesNotContain(await TimelineAsync(frame), e => e.Kind == EventKind.Lost);
        var asked = Proxy.Requests.Count;
        await AuditAsync(); // the breaker is open: nobody is asked
        Assert.Equal(asked, Proxy.Requests.Count);
        await Node.RestartAsync();
        await Proxy.UpAsync();
        await PassAsync(TimeSpan.FromHours(2));
        await AuditAsync();
        Assert.True((await ProofAsync(frame)).IsInForce(Node.Time.GetUtcNow()));
    }

    [Fact]
    public async Task A_clock_that_lies_audits_nothing_and_loses_nothing()
    {
        var frame = await ReleasedAsync("a.fits", 3000);
        Node.ClockSynchronised = false;
        Node.Time.SetWrongBy(TimeSpan.FromDays(90));
        var asked = Proxy.Requests.Count;
        await AuditAsync();
        Assert.Equal(asked, Proxy.Requests.Count);
        Assert.NotNull(await ProofAsync(frame));
    }

    [Fact]
    public async Task A_copy_that_vanished_is_taken_back_and_asked_for_until_it_is_there_again()
    {
        var frame = await ReleasedAsync("a.fits", 700_000);
        var block = Server.Blocks()[0];
        var kept = await File.ReadAllBytesAsync(block.FullName);
        block.Delete();
        await PassAsync(TimeSpan.FromDays(24));
        await AuditAsync();
        Assert.Empty(await Node.ProofsAsync(frame));
        Assert.Contains(await TimelineAsync(frame), e => e.Kind == EventKind.Lost);
        Assert.Contains(await TimelineAsync(frame), e => e.Kind == EventKind.Failed && e.Detail.Contains("could not be brought back"));
        Assert.NotNull((await Node.FrameAsync(frame)).ReleasedAt);
        // A catalogue that is rebuilt does not believe the old proof again.
        await Node.StopAsync();
        foreach (var file in Directory.GetFiles(Node.Data, "catalogue.db*"))
            File.Delete(file);
        await Node.StartAsync();
        Assert.Empty(await Node.ProofsAsync(frame));
        Assert.NotNull((await Node.FrameAsync(frame)).ReleasedAt);
        // Its operator finds the block again.
        await File.WriteAllBytesAsync(block.FullName, kept);
        await Node.Queues.PauseAsync(QueueNames.Release, "the test looks");
        await AuditAsync();
        Assert.Equal(Bytes(700_000, 1), await File.ReadAllBytesAsync(Node.Root.Resolve(frame.Path)));
        await Node.Queues.ResumeAsync(QueueNames.Release);
        await Node.UntilReleasedAsync(frame);
        Assert.Single(await Node.ProofsAsync(frame));
    }

    [Fact]
    public async Task A_sample_finds_a_loss_long_before_the_proof_expires()
    {
        await Node.RestartAsync(o => o with { Audit = o.Audit with { Sample = 5 } });
        var frame = await ReleasedAsync("a.fits", 3000);
        await AuditAsync();
        Assert.Single(await Node.ProofsAsync(frame));
        foreach (var block in Server.Blocks().Where(b => b.Length >= 3000))
            block.Delete();
        await AuditAsync();
        Assert.Empty(await Node.ProofsAsync(frame));
    }

    [Fact]
    public async Task A_sample_takes_no_copys_turn_to_be_proven_again()
    {
        await Node.RestartAsync(o => o with { Audit = o.Audit with { Sample = 5 } });
        var frame = await ReleasedAsync("a.fits", 3000);
        var first = await ProofAsync(frame);
        await PassAsync(TimeSpan.FromDays(23) - TimeSpan.FromMinutes(20));
        await AuditAsync();
        Assert.Equal(first, await ProofAsync(frame)); // not due, and looked into
        await PassAsync(TimeSpan.FromMinutes(30));
        await AuditAsync();
        Assert.True((await ProofAsync(frame)).ExpiresAt > first.ExpiresAt);
    }

    [Fact]
    public async Task What_the_server_knows_it_has_lost_is_sent_again_at_the_next_round()
    {
        var frame = await ReleasedAsync("a.fits", 700_000);
        var other = await ReleasedAsync("b.fits", 500_000, 2);
        Server.Blocks().MaxBy(b => b.Length)!.Delete();
        await Server.InspectedAsync(lost: 1);
        await AuditAsync();
        Assert.Empty(await Node.ProofsAsync(frame));
        Assert.NotEmpty(await Node.ProofsAsync(other));
        Assert.Contains(await TimelineAsync(frame), e => e.Kind == EventKind.Lost);
    }

    [Fact]
    public async Task A_copy_that_the_servers_operator_dropped_counts_no_more_and_the_frame_is_told_why()
    {
        await Node.RestartAsync(o => o with { Audit = o.Audit with { Sample = 5 } });
        var frame = await Node.FrameAsync(await ReleasedAsync("a.fits", 3000));
        await using (var server = await Server.OperatorAsync())
        {
            await server.UnpinAsync(Assert.Single(await server.PinsAsync(), p => p.Cid == frame.Cid).Id, "ana",
                "the disk is to be given away");
        }

        foreach (var block in Server.Blocks().Where(b => b.Length >= 3000))
            block.Delete(); // as its collection does
        await AuditAsync();
        Assert.Empty(await Node.ProofsAsync(frame));
        Assert.Contains(await TimelineAsync(frame),
            e => e.Kind == EventKind.Lost && e.Detail.Contains("the disk is to be given away (ana)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_frame_that_is_still_here_is_sent_again()
    {
        await Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Never } });
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(700_000));
        await Node.UntilProvenAsync(frame);
        await Node.UntilQuietAsync();
        Server.Blocks()[0].Delete();
        await PassAsync(TimeSpan.FromDays(24));
        await Node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "the test looks");
        await AuditAsync();
        Assert.Empty(await Node.ProofsAsync(frame));
        Assert.Contains(await TimelineAsync(frame), e => e.Kind == EventKind.Lost);
        // Nobody looks for it: it is on its way again, once.
        var waiting = (await Node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Ready;
        await Node.Get<Reconciler>().RunAsync(default);
        Assert.Equal(waiting, (await Node.QueueAsync(QueueNames.Offload(TestNode.Destination)))!.Ready);
        await Node.Queues.ResumeAsync(QueueNames.Offload(TestNode.Destination));
        await Node.UntilProvenAsync(frame);
        Assert.Equal(2, Proxy.Uploaded.Count);
    }

    [Fact]
    public async Task A_directory_that_was_lost_is_sent_again()
    {
        await ReleasedAsync("a.fits", 3000);
        await Node.EndSessionAsync();
        await Eventually.HoldsAsync(async () => await DirectoryProofAsync() is not null, "the directory's proof", Node.StateAsync);
        await PassAsync(TimeSpan.FromDays(24));
        foreach (var block in Server.Blocks().Where(b => b.Length < 3000))
            block.Delete();
        await AuditAsync();
        Assert.Contains(await Node.Catalogue.Events.OfAsync(TestNode.Session.Value, 100, default), e => e.Kind == EventKind.Lost);
        await Eventually.HoldsAsync(
            async () => await DirectoryProofAsync() is { } proof && proof.ProvenAt > Node.Time.GetUtcNow().AddDays(-1),
            "the directory to be proven again", Node.StateAsync);
    }

    private static byte[] Bytes(int size, int seed) => TestFrames.Noise(size, seed);

    private Task AuditAsync() => Node.Get<AuditRound>().RunAsync(default);

    private async Task PassAsync(TimeSpan span)
    {
        await Node.UntilQuietAsync();
        Node.Time.Advance(span);
        await Node.UntilQuietAsync();
    }

    private async Task<CaptureRecord> ReleasedAsync(string name, int bytes, int seed = 1)
    {
        var frame = await Node.SaveAsync(name, Bytes(bytes, seed));
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
        return frame;
    }

    private async Task<CustodyProof> ProofAsync(CaptureRecord frame) => (await Node.ProofsAsync(frame))[0];

    private async Task<CustodyProof?> DirectoryProofAsync() =>
        (await Node.Catalogue.Custody.ProofsOfAsync(TestNode.Session.Value, default)) is [var newest, ..] ? newest : null;

    private async Task<int> RenewedAsync(CaptureRecord[] frames)
    {
        var renewed = 0;
        foreach (var frame in frames)
            renewed += (await TimelineAsync(frame)).Any(e => e.Kind == EventKind.Audited) ? 1 : 0;
        return renewed;
    }

    private Task<IReadOnlyList<CustodyEvent>> TimelineAsync(CaptureRecord frame) =>
        Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default);
}
