using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ops;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Release;

/// <summary>There is one plan: what <c>wanda release --dry-run</c> prints is what the next round does, frame by frame.</summary>
[Trait("Rerun", "Never")]
public sealed class PlanTests
{
    private const long LowWater = 1_000_000;
    private const long HighWater = 1_250_000;
    private static readonly string[] Places = ["altermundi", "casa", "nas"];

    public static TheoryData<ReleaseWhen, int> Rules => new()
    {
        { ReleaseWhen.Proven, 1 }, { ReleaseWhen.Proven, 2 }, { ReleaseWhen.Space, 1 }, { ReleaseWhen.Space, 2 }, { ReleaseWhen.Never, 1 },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public Task What_is_printed_is_what_a_round_then_frees(ReleaseWhen when, int copies) => Seed.RunAsync(async random =>
    {
        await using var node = await StartAsync(when, copies);
        var dryRun = new ReleasePreviewQuery(
            node.Get<ReleasePlanner>(), node.Get<ReleaseSituation>(), node.Get<DiskSpace>(), node.Options);
        var (freed, held) = (0, 0);
        for (var round = 0; round < 12; round++)
        {
            for (var frame = 0; frame < 6; frame++)
                await BringAsync(node, random, $"{round}-{frame}.bin");
            await DestinationsAsync(node, random);
            Room(node, random);

            var preview = await dryRun.ReadAsync(default);
            var seq = await node.Catalogue.Events.NewestAsync(default);
            await node.Get<ReleaseRound>().ConsiderAllAsync(default);

            Assert.Equal(preview.Goes.Select(g => g.Frame), await FreedSinceAsync(node, seq));
            var here = await node.Catalogue.Captures.HereAsync(null, 1000, default);
            Assert.Equal((here.Count, here.Sum(c => c.SizeBytes)), (preview.Stays.Sum(s => s.Frames), preview.Stays.Sum(s => s.Bytes)));
            (freed, held) = (freed + preview.Goes.Count, held + here.Count);
        }

        Assert.Equal(when != ReleaseWhen.Never, freed > 0);
        Assert.True(held > 0);
    });

    private static async Task<TestNode> StartAsync(ReleaseWhen when, int copies)
    {
        var node = TestNode.Create(new Uri("http://127.0.0.1:9"), "nobody answers", o => o with
        {
            IsDemo = false,
            Release = new()
            {
                When = when,
                Copies = copies,
                Nights = 2,
                LowWater = new ByteSize(LowWater),
                HighWater = new ByteSize(HighWater),
                Interval = TimeSpan.FromDays(1), // the test runs the rounds
            },
            Destinations = [.. Places.Select((name, i) => o.Destinations[0] with
            {
                Name = name,
                Url = $"http://127.0.0.1:{9 + i}",
                FailureDomain = name,
            })],
        });
        await node.StartAsync();
        return node;
    }

    /// <summary>A frame of any age and in any state, with any proofs.</summary>
    private static async Task BringAsync(TestNode node, Random random, string name)
    {
        var now = node.Time.GetUtcNow();
        var bytes = TestFrames.Noise(random.Next(10_000, 100_000), random.Next());
        var frame = await TestFrames.SaveAsync(
            node.Catalogue, node.Root, new Ago(now - TimeSpan.FromDays(random.Next(0, 4))), TestNode.Session, name, bytes);
        if (random.Next(6) > 0)
            await node.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(frame.Id, null), default);
        if (random.Next(8) == 0)
            return;
        var added = await node.Get<IIpfsNode>().AddFileAsync(node.Root.Resolve(frame.Path), frame.Id.ToString(), frame.Sha256, default);
        await node.Catalogue.Ledger.ApplyAsync(new Fact.Added(frame.Id, $"{added.Root}", added.DagSize), default);
        foreach (var place in node.Options.Destinations.Where(_ => random.Next(4) > 0))
        {
            await node.Catalogue.Ledger.ApplyAsync(new Fact.Proven(new CustodyProof
            {
                Id = Guid.NewGuid().ToString(),
                SubjectKind = SubjectKind.Capture,
                Subject = frame.Id.ToString(),
                Cid = added.Root.ToString(),
                Destination = place.Name,
                FailureDomain = random.Next(5) == 0 ? "shared" : place.Name,
                OnThisMachine = random.Next(8) == 0,
                Method = ProofMethod.Possession,
                Bytes = frame.SizeBytes,
                Digest = new string('b', 64),
                Endpoint = place.Url!,
                Place = random.Next(8) == 0 ? "elsewhere" : place.Place,
                ProvenAt = now - TimeSpan.FromMinutes(random.Next(1, 50)), // of this hour: nobody is asked again
                ExpiresAt = random.Next(8) == 0 ? now - TimeSpan.FromSeconds(1) : now.AddDays(30),
            }), default);
        }
    }

    /// <summary>Some are down: they are not waited for.</summary>
    private static async Task DestinationsAsync(TestNode node, Random random)
    {
        foreach (var name in Places)
        {
            if (random.Next(3) == 0)
                await node.Catalogue.Destinations.PauseAsync(name, PauseCode.Outage, "the test", null, default);
            else
                await node.Catalogue.Destinations.SucceededAsync(name, default);
        }
    }

    /// <summary>Plenty, between the marks, a little too few, far too few.</summary>
    private static void Room(TestNode node, Random random)
    {
        long Held() => Directory.EnumerateFiles(node.Root.FolderOf(TestNode.Session)).Sum(f => new FileInfo(f).Length);
        var disk = Held() + random.Next(4) switch
        {
            0 => 5 * HighWater,
            1 => (LowWater + HighWater) / 2,
            2 => LowWater - random.Next(1, 200_000),
            _ => 0,
        };
        node.FreeBytes = () => disk - Held();
    }

    private static async Task<IEnumerable<string>> FreedSinceAsync(TestNode node, long seq)
    {
        var rows = (await node.Catalogue.Captures.NewestAsync(1000, default)).ToDictionary(c => c.Id.ToString());
        return (await node.Catalogue.Events.AfterAsync(seq, 10_000, default)).Where(e => e.Kind == EventKind.Released)
            .Select(e => $"{rows[e.Subject].Session}/{rows[e.Subject].Number}");
    }

    private sealed class Ago(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
