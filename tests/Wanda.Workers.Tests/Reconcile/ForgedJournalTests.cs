using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Audit;
using Wanda.Workers.Discard;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Release;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Reconcile;

/// <summary>
/// Law 5: a catalogue that was lost is rebuilt from journals in which somebody wrote; law 2: nothing that they say opens a door, or takes a
/// frame's place.
/// </summary>
public sealed class ForgedJournalTests : NodeTest
{
    protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Audit = options.Audit with { Sample = 0, Interval = TimeSpan.FromDays(30) },
    };

    [Theory]
    [InlineData("a proof of the future")]
    [InlineData("a proof that never ends")]
    [InlineData("released")]
    [InlineData("discarded")]
    [InlineData("another frame at its path")]
    [InlineData("a source key of another's")]
    [InlineData("numbers doubled")]
    [InlineData("a number of 2^62")]
    [InlineData("a fact of 2^62")]
    [InlineData("a fact of 2^52")]
    [InlineData("a path outside")]
    [InlineData("a line of a megabyte")]
    [InlineData("kinds that nobody knows")]
    [InlineData("a byte order mark")]
    [InlineData("carriage returns")]
    [InlineData("zeros")]
    [InlineData("every line twice")]
    public async Task Nothing_in_a_journal_takes_or_frees_a_frame(string what)
    {
        var freed = await Node.SaveAsync("freed.fits", TestFrames.Noise(3000, 1));
        await Node.UntilReleasedAsync(freed);
        await Proxy.DownAsync();
        var here = await Node.SaveAsync("here.fits", TestFrames.Noise(3000, 2));
        await Node.UntilPausedAsync();
        await Node.UntilQuietAsync();
        var (there, rowHere) = (await Node.FrameAsync(freed), await Node.FrameAsync(here));
        var proof = (await Node.ProofsAsync(freed))[0];
        await Node.StopAsync();
        Forge(what, there, rowHere, proof with { Subject = here.Id.ToString(), Cid = rowHere.Cid! });
        foreach (var file in Directory.GetFiles(Node.Data, "catalogue.db*"))
            File.Delete(file);

        await Node.StartAsync(); // nobody can be asked
        await Node.UntilQuietAsync();
        await RoundsAsync();
        Assert.True(File.Exists(Node.Root.Resolve(here.Path)));
        Assert.Equal((there.Number, there.Sha256, there.Cid, there.Path), Facts(await Node.FrameAsync(freed)));
        Assert.NotNull((await Node.FrameAsync(freed)).ReleasedAt);
        Assert.Equal((here.Number, here.Sha256, here.Path), Place(await Node.FrameAsync(here)));
        Assert.Null((await Node.FrameAsync(here)).ReleasingAt);
        var next = await Node.SaveAsync("next.fits", TestFrames.Noise(3000, 3));
        Assert.InRange(next.Number, here.Number + 1, 10);

        await Proxy.UpAsync();
        await Node.PassUntilAsync(async () => await Node.IsReleasedAsync(here) && await Node.IsReleasedAsync(next),
            TimeSpan.FromMinutes(6), 8, "both by proofs of their own");
        await RoundsAsync();
        foreach (var (frame, seed) in new[] { (freed, 1), (here, 2), (next, 3) })
            Assert.Equal(TestFrames.Noise(3000, seed), await Server.GetAsync((await Node.FrameAsync(frame)).Cid!));
        // Of a frame that is nowhere, and that a line says was saved, that is said.
        foreach (var queue in await Node.Queues.ListAsync())
        {
            foreach (var stuck in await Node.Queues.PeekAsync(queue.Name, SqliteQueuePart.Error))
                Assert.DoesNotContain(new[] { freed, here, next }, f => f.Id.Value == stuck.CorrelationId);
        }

        // What was written since is read again.
        await Node.StopAsync();
        foreach (var file in Directory.GetFiles(Node.Data, "catalogue.db*"))
            File.Delete(file);
        await Node.StartAsync();
        Assert.Equal((next.Number, next.Sha256, next.Path), Place(await Node.FrameAsync(next)));
        Assert.NotNull((await Node.FrameAsync(here)).ReleasedAt);
    }

    private static (int, string, string?, string) Facts(CaptureRecord row) => (row.Number, row.Sha256, row.Cid, row.Path);

    private static (int, string, string) Place(CaptureRecord row) => (row.Number, row.Sha256, row.Path);

    private async Task RoundsAsync()
    {
        await Node.Get<Reconciler>().RunAsync(default);
        await Node.UntilQuietAsync();
        await Node.Get<ReleaseRound>().ConsiderAllAsync(default);
        await Node.Get<AuditRound>().RunAsync(default);
        await Node.Get<DiscardRound>().RunAsync(default);
    }

    private void Forge(string what, CaptureRecord freed, CaptureRecord here, CustodyProof proof)
    {
        var (folder, at) = (Path.Combine(Node.Data, "frames", here.Session.Value), Node.Time.GetUtcNow());
        var path = SessionFolder.Journal(folder);
        var lines = File.ReadAllLines(path).ToList();
        var saved = JsonNode.Parse(lines.Single(l => l.Contains("\"t\":\"saved\"") && l.Contains(here.Id.ToString())))!;
        switch (what)
        {
            case "a proof of the future":
                Proven(proof with { ProvenAt = at.AddYears(50), ExpiresAt = at.AddYears(51) });
                break;
            case "a proof that never ends":
                Proven(proof with { ExpiresAt = DateTimeOffset.MaxValue });
                break;
            case "released":
                lines.Add($$"""{"t":"released","id":"{{here.Id}}","at":"{{at:O}}"}""");
                break;
            case "discarded":
                lines.Add($$"""{"t":"discarded","id":"{{here.Id}}","at":"{{at:O}}","by":"mallory","reason":"x"}""");
                break;
            case "another frame at its path":
                Saved(saved, first: true, ("sha256", new string('0', 64)), ("number", 9), ("sizeBytes", 17), ("inode", 1));
                break;
            case "a source key of another's":
                Saved(saved, first: false, ("sourceKey", here.SourceKey ?? "1"), ("path", "m42/y.fits"), ("number", 8));
                break;
            case "numbers doubled":
                Saved(saved, first: false, ("path", "m42/y.fits"));
                Saved(saved, first: false, ("path", "m42/z.fits"));
                break;
            case "a number of 2^62":
                Saved(saved, first: true, ("number", 1L << 62), ("path", "m42/y.fits"));
                break;
            case "a fact of 2^62" or "a fact of 2^52":
                var line = JsonNode.Parse(lines[^1])!;
                line["seq"] = what == "a fact of 2^62" ? 1L << 62 : 1L << 52;
                lines.Add(line.ToJsonString());
                break;
            case "a path outside":
                Saved(saved, first: true, ("path", "m42/../../../x.fits"));
                Saved(saved, first: true, ("path", "/etc/passwd"));
                Saved(saved, first: true, ("path", "other/x.fits"));
                break;
            case "a line of a megabyte":
                lines.Insert(0, new string('{', 1 << 20));
                Saved(saved, first: true, ("metadata", new string(' ', 1 << 20)), ("path", "m42/y.fits"));
                break;
            case "kinds that nobody knows":
                lines.Insert(0, """{"t":"moved","id":"x"}""");
                lines.Insert(0, """{"t":7}""");
                lines.Insert(0, "[]");
                lines.Insert(0, $$"""{"id":"{{here.Id}}"}""");
                lines.Insert(0, new string('[', 5000));
                break;
            case "every line twice":
                lines = [.. lines, .. lines];
                break;
        }

        var text = string.Concat(lines.Select(l => l + (what == "carriage returns" ? "\r\n" : "\n")));
        File.WriteAllBytes(path, what switch
        {
            "a byte order mark" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)],
            "zeros" => [.. new byte[3000], .. Encoding.UTF8.GetBytes(text), .. new byte[3000]],
            _ => Encoding.UTF8.GetBytes(text),
        });

        void Proven(CustodyProof forged)
        {
            var known = JsonNode.Parse(lines.Single(l => l.Contains("\"t\":\"proven\"")))!;
            known["id"] = here.Id.ToString();
            known["proof"]!["subject"] = here.Id.ToString();
            known["proof"]!["cid"] = forged.Cid;
            known["proof"]!["provenAt"] = JsonSerializer.SerializeToNode(forged.ProvenAt);
            known["proof"]!["expiresAt"] = JsonSerializer.SerializeToNode(forged.ExpiresAt);
            known["proof"]!["id"] = Guid.NewGuid().ToString();
            lines.Add(known.ToJsonString());
        }

        void Saved(JsonNode from, bool first, params (string Field, object Value)[] fields)
        {
            var (forged, id) = (from.DeepClone(), CaptureId.New(Node.Time).ToString());
            (forged["id"], forged["capture"]!["id"]) = (id, id);
            foreach (var (field, value) in fields)
                forged["capture"]![field] = JsonSerializer.SerializeToNode(value);
            lines.Insert(first ? 0 : lines.Count, forged.ToJsonString());
        }
    }
}
