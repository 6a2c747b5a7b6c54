using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Tests.Intake;

/// <summary>
/// A file that was brought back, under a row of before that says that it was freed: it is a frame that is here, and what its old
/// catalogue has of proofs opens no door.
/// </summary>
public sealed class ReturnedFilesTests : ProducerNode
{
    private const string Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    private static readonly byte[] Bytes = [.. "a frame\n"u8];

    [Fact]
    public async Task A_freed_frame_whose_file_is_here_is_one_that_is_here_and_no_old_proof_counts()
    {
        var frame = await FreedAsync();
        await File.WriteAllBytesAsync(Root.Resolve(frame.Path), Bytes);
        await RestartAsync(o => o);
        var row = (await Catalogue.Captures.FindAsync(frame.Id, default))!;
        Assert.Equal((null, null), (row.ReleasingAt, row.ReleasedAt));
        Assert.Equal(row, Assert.Single(await FramesAsync()));
        Assert.All(await Catalogue.Custody.ProofsOfAsync($"{frame.Id}", default), p => Assert.False(p.IsInForce(Time.GetUtcNow())));
        Assert.Contains(await Catalogue.Events.OfAsync("catalogue", 10, default), e => e.Kind == EventKind.Failed);
    }

    [Fact]
    public async Task Other_bytes_in_its_place_are_not_it()
    {
        var frame = await FreedAsync();
        await File.WriteAllBytesAsync(Root.Resolve(frame.Path), [.. "another\n"u8]);
        await RestartAsync(o => o);
        Assert.NotNull((await Catalogue.Captures.FindAsync(frame.Id, default))!.ReleasedAt);
        Assert.All(await Catalogue.Custody.ProofsOfAsync($"{frame.Id}", default), p => Assert.True(p.IsInForce(Time.GetUtcNow())));
    }

    private async Task<CaptureRecord> FreedAsync()
    {
        var frame = await SaveAsync("a.bin", Bytes);
        await Catalogue.Ledger.ApplyAsync(new Fact.Added(frame.Id, Cid, Bytes.Length), default);
        await Catalogue.Destinations.RegisterAsync([new("casa", "wanda", "casa", "there", _ => false)], default);
        var proof = new CustodyProof
        {
            Id = Guid.NewGuid().ToString(),
            SubjectKind = SubjectKind.Capture,
            Subject = $"{frame.Id}",
            Cid = Cid,
            Destination = "casa",
            FailureDomain = "casa",
            OnThisMachine = false,
            Method = ProofMethod.Possession,
            Bytes = Bytes.Length,
            Digest = "",
            Endpoint = "",
            Place = "there",
            ProvenAt = Time.GetUtcNow(),
            ExpiresAt = Time.GetUtcNow().AddDays(30),
        };
        await Catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        var row = (await Catalogue.Captures.FindAsync(frame.Id, default))!;
        Assert.Null(await Catalogue.Ledger.OpenDoorAsync(new DoorRequest(row, [proof], CountThisMachine: false, () => true), default));
        File.Delete(Root.Resolve(frame.Path));
        await Catalogue.Ledger.ApplyAsync(new Fact.Released(frame.Id), default);
        return frame;
    }
}
