using System.Text.RegularExpressions;
using Wanda.Catalog;
using Wanda.Custody;

namespace Formats.Tests;

/// <summary>Writes today's version of everything that is on disk.</summary>
internal static partial class SampleWriter
{
    public static async Task<string> WriteAsync()
    {
        var folder = Directory.CreateTempSubdirectory("wanda-samples-").FullName;
        var to = SampleFolder.Current;
        try
        {
            await using (var node = await SampleNode.StartAsync(folder))
                await FillAsync(node);

            await ServerSample.FillAsync(Path.Combine(folder, "server"));
            Directory.CreateDirectory(to);
            await File.WriteAllTextAsync(Path.Combine(to, "pins.sql"), await SqlDump.OfAsync(Path.Combine(folder, "server", "pins.db")));
            foreach (var name in SampleFolder.Databases)
            {
                await File.WriteAllTextAsync(Path.Combine(to, name + ".sql"),
                    Anonymous(await SqlDump.OfAsync(Path.Combine(folder, name + ".db"))));
            }

            foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "frames"), "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(to, Path.GetRelativePath(folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }

            return to;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FillAsync(SampleNode node)
    {
        var (catalogue, frames) = (node.Catalogue, node.Root.FolderOf(Known.Session));
        await catalogue.Node.SawTimeAsync(Known.Now, default);
        await catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(Known.Session, SessionKind.Camera), default);
        var released = await catalogue.Ledger.ApplyAsync(new Fact.Saved(Known.Capture(Known.Released, 1)), default);
        var fresh = await catalogue.Ledger.ApplyAsync(new Fact.Saved(Known.Capture(Known.Fresh, 2)), default);
        await catalogue.Ledger.ApplyAsync(new Fact.Added(released.Id, Known.Cid, released.SizeBytes + 400), default);
        await catalogue.Ledger.ApplyAsync(new Fact.Previewed(released.Id, Known.Reason), default);
        await catalogue.Destinations.RegisterAsync(
            [new(Known.Destination, "wanda", Known.Proof.FailureDomain, Known.Place, _ => false)], default);
        await catalogue.Ledger.ApplyAsync(new Fact.Pushed(Known.Pin), default);
        var proof = Known.Proof with { Place = Known.Place };
        await catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), default);
        released = (await catalogue.Captures.FindAsync(released.Id, default))!;
        await catalogue.Ledger.OpenDoorAsync(new DoorRequest(released, [proof], false, () => true), default);
        await catalogue.Ledger.ApplyAsync(new Fact.Released(released.Id), default);
        await catalogue.Originals.BeginAsync("dome", "/home/astro/captures", default);
        await catalogue.Ledger.ApplyAsync(new Fact.Held(fresh.Id, "not proven yet"), default);
        await catalogue.Destinations.PauseAsync(
            Known.Destination, PauseCode.Outage, "it does not answer", Known.Now.AddMinutes(5), default);
        await catalogue.Ledger.ApplyAsync(
            new Fact.Archived(Known.Session, Known.RootCid, 8_589_934_593, 2, PublishedHeaders.Written([])), default);
        await catalogue.Ledger.ApplyAsync(new Fact.SessionEnded(Known.Session), default);
        await catalogue.Ledger.ApplyAsync(new Fact.NameSigned(Known.Ipns), default);

        await SessionJournal.AppendAsync(frames, new JournalEntry.FrameSaved { Id = released.Id, Capture = released }, default);
        await SessionJournal.AppendAsync(frames, new JournalEntry.FrameSaved { Id = fresh.Id, Capture = fresh }, default);
        await SessionJournal.AppendAsync(frames,
            new JournalEntry.FrameAdded { Id = released.Id, Cid = Known.Cid, DagBytes = released.SizeBytes + 400 }, default);
        await SessionJournal.AppendAsync(frames, new JournalEntry.FrameProven { Id = released.Id, Proof = proof }, default);
        await SessionJournal.AppendAsync(frames, new JournalEntry.FrameReleased { Id = released.Id, At = Known.Now }, default);
        await SessionJournal.AppendAsync(
            frames, new JournalEntry.FrameOriginal { Id = released.Id, State = OriginalState.Freed, At = Known.Now }, default);
        await SessionJournal.AppendAsync(frames, Known.Run, default);
        await DiscardAsync(catalogue, frames);
        var session = (await catalogue.Sessions.FindAsync(Known.Session, default))!;
        await SessionMetadata.Of(session, await catalogue.Captures.OfSessionAsync(Known.Session, default)).WriteAsync(frames, default);

        await node.Queues.PauseAsync(SampleNode.Queue, "the samples wait here");
        foreach (var message in Known.Messages)
            await node.Bus.Publish(message, message.GetType());
    }

    /// <summary>A frame that was released, lost, brought back, and then discarded by an operator.</summary>
    private static async Task DiscardAsync(Catalogue catalogue, string frames)
    {
        var gone = await catalogue.Ledger.ApplyAsync(new Fact.Saved(Known.Capture(Known.Discarded, 3)), default);
        await catalogue.Ledger.ApplyAsync(new Fact.Discarded(gone.Id, Known.Now, "ana@dome", Known.Reason), default);
        await catalogue.Audits.RecordAsync(Known.Destination, gone.Id.ToString(), AuditOutcome.Lost, 7, default);
        await catalogue.Audits.KeepAsync(gone.Id.ToString(), Known.Cid, [new PossessionChallenge([1, 2], [3, 4])], default);
        JournalEntry[] lines =
        [
            new JournalEntry.FrameSaved { Id = gone.Id, Capture = gone },
            new JournalEntry.FrameReleased { Id = gone.Id, At = Known.Now },
            new JournalEntry.ProofRevoked { Id = gone.Id, Destination = Known.Destination },
            new JournalEntry.FrameRecalled { Id = gone.Id, At = Known.Now },
            new JournalEntry.FrameDiscarded { Id = gone.Id, At = Known.Now, By = "ana@dome", Reason = Known.Reason },
        ];
        foreach (var line in lines)
            await SessionJournal.AppendAsync(frames, line, default);
    }

    /// <summary>The machine's name is nobody's business.</summary>
    private static string Anonymous(string dump) =>
        ProcessId().Replace(dump.Replace(Environment.MachineName, "dome", StringComparison.OrdinalIgnoreCase), "$1 1");

    [GeneratedRegex(@"(""processId"":)\s*\d+")]
    private static partial Regex ProcessId();
}
