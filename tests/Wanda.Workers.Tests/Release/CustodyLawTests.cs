using FsCheck.Fluent;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Discard;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Release;

/// <summary>
/// Law 2 over whatever may happen to a frame, in any order: never a release without enough copies in force, never a discard undone, and
/// never a released frame forgotten; by this catalogue or by one that is rebuilt from beside the frames.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class CustodyLawTests : NodeTest
{
    private const string Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    private static readonly string[] Steps = ["prove a", "prove b", "prove a", "prove b", "expire", "revoke a", "revoke b", "release",
        "release", "recall", "discard", "crash"];
    private int _frames;

    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Release = options.Release with
        {
            Copies = 2,
            LowWater = ByteSize.Parse("1TB"), // the proofs alone decide
            Interval = TimeSpan.FromDays(30),
        },
        // Nobody listens there: the proofs are the test's own.
        Destinations = [.. new[] { "a", "b" }
            .Select(name => options.Destinations[0] with { Name = name, Url = $"http://127.0.0.1:1/{name}" })],
        Audit = options.Audit with { Interval = TimeSpan.FromDays(30) },
        Reconcile = options.Reconcile with { Interval = TimeSpan.FromDays(30) },
    };

    [Fact]
    public async Task No_order_of_events_breaks_the_law()
    {
        foreach (var queue in new[] { QueueNames.Offload("a"), QueueNames.Offload("b"), QueueNames.Release })
            await Node.Queues.PauseAsync(queue, "the test alone acts");
        Node.FreeBytes = () => 0;
        var sequences = Gen.Elements(Steps).ArrayOf(14).ToArbitrary();
        Prop.ForAll(sequences, steps => RunAsync(steps).GetAwaiter().GetResult()).MustHold(40);
    }

    private async Task<bool> RunAsync(string[] steps)
    {
        var frame = await Node.SaveAsync($"{_frames++}.bin", [1, 2, 3], announce: false);
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Added(frame.Id, Cid, 3), default);
        await Node.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(frame.Id, "no image"), default);
        var (inForce, discarded) = (new Dictionary<string, DateTimeOffset>(), false);
        foreach (var step in steps)
        {
            var wasHere = File.Exists(Node.Root.Resolve(frame.Path));
            switch (step)
            {
                case "prove a" or "prove b":
                    var proof = Proof(frame, step[^1..]);
                    await Node.Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
                    await SessionJournal.AppendAsync(Node.Root.FolderOf(frame.Session),
                        new JournalEntry.FrameProven { Id = frame.Id, Proof = proof }, default);
                    inForce[step] = proof.ExpiresAt;
                    break;
                case "expire":
                    Node.Time.Advance(TimeSpan.FromHours(25));
                    break;
                case "revoke a" or "revoke b":
                    await SessionJournal.AppendAsync(Node.Root.FolderOf(frame.Session),
                        new JournalEntry.ProofRevoked { Id = frame.Id, Destination = step[^1..] }, default);
                    await Node.Catalogue.Ledger.ApplyAsync(new Fact.Revoked(step[^1..], frame.Id.ToString(), "it is gone"), default);
                    inForce.Remove($"prove {step[^1]}");
                    break;
                case "release":
                    await Node.Get<ReleaseRound>().ConsiderAsync(frame.Id, default);
                    await Node.Get<ReleaseDoor>().SettleAsync();
                    break;
                case "recall" when await Node.FrameAsync(frame) is { ReleasedAt: not null, DiscardedAt: null }:
                    await File.WriteAllBytesAsync(Node.Root.Resolve(frame.Path), [1, 2, 3]);
                    await Node.Catalogue.Ledger.ApplyAsync(new Fact.Recalled(frame.Id, 0, 0, "back"), default);
                    await SessionJournal.AppendAsync(Node.Root.FolderOf(frame.Session),
                        new JournalEntry.FrameRecalled { Id = frame.Id, At = Node.Time.GetUtcNow() }, default);
                    break;
                case "discard":
                    await Node.Catalogue.Ledger.ApplyAsync(new Fact.Discarded(frame.Id, Node.Time.GetUtcNow(), "ana", "a lamp"), default);
                    await Node.Get<DiscardRound>().RunAsync(default);
                    discarded = true;
                    break;
                case "crash":
                    await AssertRebuiltAsync(frame);
                    break;
            }

            var row = await Node.FrameAsync(frame);
            var here = File.Exists(Node.Root.Resolve(frame.Path));
            var copies = inForce.Values.Count(until => until > Node.Time.GetUtcNow());
            Assert.True(here || !wasHere || discarded || copies >= 2, $"{step}: gone with {copies} copies in force");
            Assert.Equal(discarded, row.DiscardedAt is not null);
            Assert.True(here == (row.ReleasedAt is null && !discarded), $"{step}: here {here}, released {row.ReleasedAt}");
            await AssertRememberedAsync(row);
        }

        await AssertRebuiltAsync(frame);
        return true;
    }

    /// <summary>A released frame is proven, due for an audit, or asked for.</summary>
    private async Task AssertRememberedAsync(CaptureRecord row)
    {
        if (row.ReleasedAt is null || row.DiscardedAt is not null)
            return;
        var now = Node.Time.GetUtcNow();
        var proofs = await Node.ProofsAsync(row);
        var due = new List<CustodyProof>();
        foreach (var destination in new[] { "a", "b" })
            due.AddRange(await Node.Catalogue.Audits.DueAsync(destination, now, now.AddDays(2), now, 1000, default));
        Assert.True(
            proofs.Any(p => p.IsInForce(now)) || due.Any(p => p.Subject == row.Id.ToString())
            || (await Node.Catalogue.Audits.ToRecallAsync(["a", "b"], now, 1000, default)).Any(c => c.Id == row.Id)
            || (await Node.Catalogue.Audits.UnprovenAsync(now, 1000, default)).Any(c => c.Id == row.Id),
            $"{row.FileName} is released, and nobody looks after it");
    }

    private async Task AssertRebuiltAsync(CaptureRecord frame)
    {
        var row = await Node.FrameAsync(frame);
        var file = Path.Combine(Directory.CreateTempSubdirectory("wanda-rebuilt-").FullName, "catalogue.db");
        await using (var rebuilt = await Catalogue.OpenAsync(file, Node.Time, default))
        {
            await CatalogueRebuild.FromJournalsAsync(rebuilt, Node.Root, default);
            var again = (await rebuilt.Captures.FindAsync(frame.Id, default))!;
            Assert.Equal(row.DiscardedAt is not null, again.DiscardedAt is not null);
            if (row.DiscardedAt is null)
                Assert.Equal(row.ReleasedAt is not null, again.ReleasedAt is not null);
            var proven = (await Node.ProofsAsync(row)).Select(p => p.Destination).ToHashSet();
            Assert.All(await rebuilt.Custody.ProofsOfAsync(frame.Id.ToString(), default), p => Assert.Contains(p.Destination, proven));
        }

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private CustodyProof Proof(CaptureRecord frame, string destination) => new()
    {
        Id = Guid.NewGuid().ToString(),
        SubjectKind = SubjectKind.Capture,
        Subject = frame.Id.ToString(),
        Cid = Cid,
        Destination = destination,
        FailureDomain = destination,
        OnThisMachine = false,
        Method = ProofMethod.Possession,
        Bytes = 3,
        Digest = new string('b', 64),
        Endpoint = "https://pin.example.org",
        Place = Node.Options.Destinations.Single(d => d.Name == destination).Place,
        ProvenAt = Node.Time.GetUtcNow(),
        ExpiresAt = Node.Time.GetUtcNow().AddDays(1),
    };
}
