using System.Text;
using FsCheck.Fluent;

namespace Wanda.Catalog.Tests.Sessions;

[Trait("Rerun", "Never")]
public sealed class SessionJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-journal-").FullName;

    public SessionJournalTests() => Directory.CreateDirectory(SessionFolder.Own(_folder));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_kind_of_line_reads_back_as_it_was_written()
    {
        var capture = TestCatalogue.Capture();
        JournalEntry[] entries =
        [
            new JournalEntry.FrameSaved { Id = capture.Id, Capture = capture },
            new JournalEntry.FrameAdded { Id = capture.Id, Cid = "bafk", DagBytes = 9 },
            new JournalEntry.FrameProven { Id = capture.Id, Proof = TestCatalogue.Proof(capture) },
            new JournalEntry.FrameReleased { Id = capture.Id, At = DateTimeOffset.UnixEpoch },
        ];
        foreach (var entry in entries)
            await SessionJournal.AppendAsync(_folder, entry, default);
        Assert.Equal(entries, await ReadAsync());
    }

    [Fact]
    public async Task A_line_torn_by_a_power_cut_costs_only_itself()
    {
        var capture = TestCatalogue.Capture();
        var entry = new JournalEntry.FrameAdded { Id = capture.Id, Cid = "bafk", DagBytes = 9 };
        await SessionJournal.AppendAsync(_folder, entry, default);
        await File.AppendAllTextAsync(SessionFolder.Journal(_folder), "{\"t\":\"added\",\"id\":\"0");
        await SessionJournal.AppendAsync(_folder, entry, default);
        Assert.Equal([entry, entry], await ReadAsync());
    }

    [Fact]
    public async Task Lines_of_a_later_version_and_endless_lines_are_passed_over()
    {
        var entry = new JournalEntry.FrameAdded { Id = TestCatalogue.Capture().Id, Cid = "bafk", DagBytes = 9 };
        await File.WriteAllTextAsync(SessionFolder.Journal(_folder), new string('x', 300_000) + "\n");
        await SessionJournal.AppendAsync(_folder, entry, default);
        await File.AppendAllTextAsync(SessionFolder.Journal(_folder),
            "{\"t\":\"spectrum\",\"id\":\"" + entry.Id + "\",\"n\":1}\n[1]\nnull\n");
        await SessionJournal.AppendAsync(_folder, entry, default);
        Assert.Equal([entry, entry], (await ReadAsync()).OfType<JournalEntry.FrameAdded>());
    }

    [Fact]
    public void Any_bytes_at_all_are_read_without_an_error() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            File.WriteAllBytes(SessionFolder.Journal(_folder),
                [.. Encoding.UTF8.GetBytes("{\"t\":\"saved\""), .. bytes, (byte)'\n']);
            ReadAsync().GetAwaiter().GetResult();
        }).MustHold();

    private async Task<List<JournalEntry>> ReadAsync()
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in SessionJournal.ReadAsync(_folder, default))
            entries.Add(entry);
        return entries;
    }
}
