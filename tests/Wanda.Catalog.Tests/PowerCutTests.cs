using MassTransit.SqlTransport.Sqlite.Tests.Disks;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests;

/// <summary>Cuts the power after every write of a frame's way through the catalogue, and opens what is left.</summary>
[Trait("Rerun", "Never")]
public sealed class PowerCutTests : IDisposable
{
    private const string File = "catalogue.db";
    private readonly TestDisk _disk = new();
    private int _saved, _releasing;

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task What_a_law_needs_is_on_disk_and_what_is_lost_is_lost_from_the_end()
    {
        var capture = await LiveAsync();
        var operations = _disk.Recorded();
        var cut = new PowerCut(operations);
        for (var position = _saved; position <= operations.Count; position++)
        {
            cut.MoveTo(position);
            foreach (var luck in new Random?[] { new(position), null })
                await CheckAsync(cut, luck, capture.Id, position);
        }
    }

    [Fact]
    public async Task A_frame_waits_for_the_disk_when_it_is_saved_and_before_it_is_released()
    {
        await LiveAsync();
        var between = _disk.Recorded().Take(_releasing).Skip(_saved).OfType<DiskSync>();
        Assert.Single(between);
    }

    /// <summary>A frame from its first row to its release, each step after the one before, as the workers take them.</summary>
    private async Task<CaptureRecord> LiveAsync()
    {
        await using var catalogue = await Catalogue.OpenAsync(_disk.File(File), TimeProvider.System, default);
        await catalogue.Destinations.RegisterAsync([TestCatalogue.Configured("altermundi")], default);
        await catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new SessionName("night"), SessionKind.Camera), default);
        var capture = await catalogue.Ledger.ApplyAsync(new Fact.Saved(TestCatalogue.Capture()), default);
        _saved = _disk.Position;
        var now = TimeProvider.System.GetUtcNow();
        var proof = TestCatalogue.Proof(capture) with { ProvenAt = now.AddHours(-1), ExpiresAt = now.AddHours(1) };
        await catalogue.Ledger.ApplyAsync(new Fact.Previewed(capture.Id, null), default);
        await catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, proof.Cid, 1), default);
        await catalogue.Ledger.ApplyAsync(
            new Fact.Pushed(
                new RemotePin { Destination = proof.Destination, Subject = proof.Subject, Cid = proof.Cid, PushedAt = proof.ProvenAt }),
            default);
        await catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        var row = (await catalogue.Captures.FindAsync(capture.Id, default))!;
        Assert.Null(await catalogue.Ledger.OpenDoorAsync(new DoorRequest(row, [proof], false, () => true), default));
        _releasing = _disk.Position;
        await catalogue.Ledger.ApplyAsync(new Fact.Released(capture.Id), default);
        return capture;
    }

    private async Task CheckAsync(PowerCut cut, Random? luck, CaptureId id, int position)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-cut-").FullName;
        try
        {
            cut.Leave(folder, luck);
            await using var catalogue = await Catalogue.OpenAsync(Path.Combine(folder, File), TimeProvider.System, default);
            var frame = await catalogue.Captures.FindAsync(id, default);
            Assert.NotNull(frame); // law 1
            var proofs = await catalogue.Custody.ProofsOfAsync(id.ToString(), default);
            if (position >= _releasing)
                Assert.NotNull(frame.ReleasingAt);
            if (frame.ReleasingAt is not null)
                Assert.Equal(frame.Cid, Assert.Single(proofs).Cid); // law 2
            bool[] steps = [frame.Preview == PreviewState.Ready, frame.Cid is not null, proofs.Count > 0, frame.ReleasingAt is not null,
                frame.ReleasedAt is not null];
            Assert.Equal(steps.OrderDescending(), steps);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
