using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.IpnsPublish;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults;

/// <summary>Frames that are broken, equal, changed or gone; disks that go; clocks that lie.</summary>
public sealed class FrameFaultTests : NodeTest
{
    [Theory]
    [InlineData("zero.fits", 0)]
    [InlineData("noise.fits", 200_000)]
    [InlineData("truncated.fits", -1)]
    public async Task A_poisoned_image_is_still_data(string name, int bytes)
    {
        var content = bytes >= 0 ? TestFrames.Noise(bytes) : (await TestFrames.FitsAsync(128))[..9000];
        var frame = await Node.SaveAsync(name, content);
        await Node.UntilReleasedAsync(frame);
        var row = await Node.FrameAsync(frame);
        Assert.Equal(PreviewState.None, row.Preview);
        Assert.False(string.IsNullOrWhiteSpace(row.PreviewReason));
        Assert.Equal(content, await Server.GetAsync(row.Cid!));
    }

    [Fact]
    public async Task Two_identical_frames_are_released_each_on_its_own_proof()
    {
        Proxy.Fault = context => Task.FromResult(false);
        var dark = TestFrames.Noise(600_000);
        var first = await Node.SaveAsync("dark1.fits", dark);
        await Node.UntilReleasedAsync(first);
        // The second comes while the destination is away: its bytes must be whole here although its twin's were released.
        await Proxy.DownAsync();
        var second = await Node.SaveAsync("dark2.fits", dark);
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(second)).Cid is not null, "its CID");
        Assert.Equal((await Node.FrameAsync(first)).Cid, (await Node.FrameAsync(second)).Cid);
        await Node.UntilPausedAsync();
        Assert.False(await Node.IsReleasedAsync(second));
        await using (var stream = await UnixFsStreamAsync((await Node.FrameAsync(second)).Cid!))
        {
            var read = new MemoryStream();
            await stream.CopyToAsync(read);
            Assert.Equal(dark, read.ToArray());
        }

        await Proxy.UpAsync();
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(second), TimeSpan.FromSeconds(15), 8, "released on its own proof");
        Assert.NotEqual((await Node.ProofsAsync(first))[0].Id, (await Node.ProofsAsync(second))[0].Id);
    }

    [Fact]
    public async Task A_storage_root_that_is_gone_is_no_evidence_of_anything()
    {
        await Proxy.DownAsync();
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        var mounted = Node.Root.Path;
        Directory.Move(mounted, mounted + "-elsewhere");
        Directory.CreateDirectory(mounted);
        await Proxy.UpAsync();
        for (var i = 0; i < 4; i++)
        {
            Node.Time.Advance(TimeSpan.FromMinutes(16));
            await Node.UntilQuietAsync();
        }

        await Assert.ThrowsAsync<StorageRootException>(() => Node.Get<Wanda.Workers.Reconcile.Reconciler>().RunAsync(default));
        await Assert.ThrowsAsync<StorageRootException>(() => Node.Get<ReleaseRound>().ConsiderAllAsync(default));
        Assert.Empty(Directory.EnumerateFileSystemEntries(mounted));
        Assert.Null((await Node.FrameAsync(frame)).ReleasingAt);
        Assert.DoesNotContain(await Node.Catalogue.Events.OfAsync(frame.Id.ToString(), 100, default), e => e.Detail.Contains("is missing"));
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error));

        Directory.Delete(mounted);
        Directory.Move(mounted + "-elsewhere", mounted);
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(frame), TimeSpan.FromMinutes(6), 10, "released when the disk is back");
    }

    [Fact]
    public async Task A_disk_that_is_away_while_a_frame_is_read_and_back_before_anybody_looks_is_no_damage()
    {
        var away = 0;
        Node.Between = destination => new Between(destination, async push =>
        {
            var mounted = Node.Root.Path;
            Directory.Move(mounted, mounted + "-elsewhere");
            Directory.CreateDirectory(mounted);
            try
            {
                await push();
            }
            catch (PoisonException)
            {
                away++;
                throw;
            }
            finally
            {
                Directory.Delete(mounted);
                Directory.Move(mounted + "-elsewhere", mounted);
            }
        });
        await Node.RestartAsync();
        // Nothing else reads it meanwhile.
        await Node.Queues.PauseAsync(QueueNames.Offload(TestNode.Destination), "not yet");
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(frame)).Cid is not null, "its CID");
        await Node.UntilQuietAsync();
        await Node.Queues.ResumeAsync(QueueNames.Offload(TestNode.Destination));
        await Node.UntilReleasedAsync(frame);
        Assert.Equal(1, away);
        Assert.All(await Node.Queues.ListAsync(), q => Assert.Equal(0, q.Error));
    }

    [Fact]
    public async Task A_clock_that_lies_releases_nothing_and_signs_nothing()
    {
        var earlier = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.UntilReleasedAsync(earlier);
        Node.ClockSynchronised = false;
        Node.Time.SetWrongBy(TimeSpan.FromDays(900));
        await Node.RestartAsync(o => o with { Clock = o.Clock with { RequireSync = false } });
        await StaysAsync("900 days after");

        Node.Time.SetWrongBy(TimeSpan.FromDays(-900));
        await Node.RestartAsync();
        await StaysAsync("went back");

        Node.Time.SetWrongBy(TimeSpan.Zero);
        Node.ClockSynchronised = true;
        await Node.RestartAsync();
        await Node.EndSessionAsync();
        await Node.PassUntilAsync(
            async () => (await Node.Catalogue.Captures.HereAsync(null, 10, default)).Count == 0
                && (await Node.Catalogue.Node.NamesAsync(default)).Any(n => n.PublishedAt is not null),
            TimeSpan.FromMinutes(6), 10, "everything goes on once the clock is right");
    }

    [Fact]
    public async Task Door_refuses_without_proofs_with_foreign_ones_and_for_a_changed_file()
    {
        await Proxy.DownAsync();
        var saved = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        // Nobody but the test comes to the door: a preview that is made after the proof would be told to the release.
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(saved)) is { Cid: not null, Preview: not PreviewState.Pending }
            && (await Node.QueueAsync(QueueNames.Thumbnail))! is { Ready: 0, InFlight: 0 }, "its CID and its preview");
        var frame = await Node.FrameAsync(saved);
        var door = Node.Get<ReleaseDoor>();
        var proof = new CustodyProof
        {
            Id = Guid.NewGuid().ToString(),
            SubjectKind = SubjectKind.Capture,
            Subject = frame.Id.ToString(),
            Cid = frame.Cid!,
            Destination = TestNode.Destination,
            FailureDomain = "community",
            Place = Node.Options.Destinations[0].Place,
            OnThisMachine = false,
            Method = ProofMethod.ReadBack,
            Bytes = 3000,
            Digest = frame.Sha256,
            Endpoint = "https://example.org",
            ProvenAt = Node.Time.GetUtcNow(),
            ExpiresAt = Node.Time.GetUtcNow().AddDays(1),
        };
        await Assert.ThrowsAsync<ArgumentException>(() => door.ReleaseAsync(frame, [], default));
        await Assert.ThrowsAsync<ArgumentException>(
            () => door.ReleaseAsync(frame, [proof with { Subject = Guid.NewGuid().ToString() }], default));
        await Assert.ThrowsAsync<ArgumentException>(
            () => door.ReleaseAsync(frame,
                [proof, proof with { Cid = "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e" }], default));
        await Assert.ThrowsAsync<ArgumentException>(
            () => door.ReleaseAsync(frame, [proof with { SubjectKind = SubjectKind.Session }], default));

        var path = Node.Root.Resolve(frame.Path);
        Assert.Equal(nameof(DoorCode.ProofGone), await door.ReleaseAsync(frame, [proof], default)); // it is on record nowhere
        Assert.True(File.Exists(path));
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[5] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        Assert.Contains("was changed", await door.ReleaseAsync(frame, [proof], default));
        Assert.True(File.Exists(path));

        File.Move(path, path + ".away");
        Assert.Contains("is missing", await door.ReleaseAsync(frame, [proof], default));
        Assert.Null((await Node.FrameAsync(frame)).ReleasingAt);

        // Touched, and the same: that is the frame.
        bytes[5] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        Assert.Null(await door.ReleaseAsync(frame, [proof], default));
        Assert.False(File.Exists(path));
        await door.SettleAsync();
        Assert.True(await Node.IsReleasedAsync(frame));
    }

    [Fact]
    public async Task A_file_that_was_changed_before_it_had_a_cid_is_an_error_for_the_operator()
    {
        var frame = await Node.SaveAsync("a.fits", TestFrames.Noise(3000, 1), announce: false);
        await File.WriteAllBytesAsync(Node.Root.Resolve(frame.Path), TestFrames.Noise(3000, 2));
        await Node.SendAsync(QueueNames.IpfsAdd, frame.ToSaved());

        // The round at the start may have found the row before its message, and sent one of its own: each is an error then.
        await Eventually.HoldsAsync(async () => (await Node.QueueAsync(QueueNames.IpfsAdd))!.Error > 0, "the error", Node.StateAsync);
        Assert.Contains("was changed after it was saved",
            (await Node.Queues.PeekAsync(QueueNames.IpfsAdd, SqliteQueuePart.Error))[0].Reason);
        Assert.Null((await Node.FrameAsync(frame)).Cid);
    }

    private async Task StaysAsync(string words)
    {
        var frame = await Node.SaveAsync($"{Guid.NewGuid():N}.fits", TestFrames.Noise(3000));
        await Node.EndSessionAsync();
        await Node.UntilProvenAsync(frame);
        await Node.UntilQuietAsync();
        Assert.Contains(words, await Node.WhyHereAsync(frame));
        // It is asked of the policy when it is shown: a frame that waits for its nights is no write.
        Assert.Null((await Node.FrameAsync(frame)).HoldReason);
        Assert.Null((await Node.FrameAsync(frame)).ReleasingAt);
        var failed = await Assert.ThrowsAsync<NotNowException>(() => Node.Get<IpnsPublisher>().PublishAsync(default));
        Assert.Contains("not signed", failed.Message);
    }

    private Task<UnixFsStream> UnixFsStreamAsync(string cid) => UnixFsReader.OpenAsync(Node.Get<IIpfsNode>(), Cid.Parse(cid));

    /// <summary>The real destination, whose first push something happens around.</summary>
    private sealed class Between(IDestination real, Func<Func<Task>, Task> first) : IDestination
    {
        private int _pushes;

        public string Name => real.Name;

        public async Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken)
        {
            string? pin = null;
            if (_pushes++ == 0)
                await first(async () => pin = await real.PushAsync(item, cancellationToken));
            else
                pin = await real.PushAsync(item, cancellationToken);
            return pin;
        }

        public Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken) =>
            real.ProveAsync(item, cancellationToken);

        public Task UnpinAsync(string remoteId, CancellationToken cancellationToken) => real.UnpinAsync(remoteId, cancellationToken);
    }
}
