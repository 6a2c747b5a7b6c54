using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.Workers.Tests.Stores;

/// <summary>What the stores that are left still tell, read before the node starts.</summary>
internal sealed class Evidence
{
    /// <summary>Frames that the ledger or a journal has as saved.</summary>
    public HashSet<CaptureId> Saved { get; } = [];

    /// <summary>Frames that either has as discarded.</summary>
    public HashSet<CaptureId> Discarded { get; } = [];

    /// <summary>Frames that either has as freed.</summary>
    public HashSet<CaptureId> Freed { get; } = [];

    /// <summary>Frames of which either tells that a destination took them.</summary>
    public HashSet<CaptureId> Sent { get; } = [];

    /// <summary>Frames that a journal has as proven, and the ledger not at all.</summary>
    public HashSet<CaptureId> Proven { get; } = [];

    /// <summary>Frames whose number is told, be it by the session's <c>metadata.json</c> alone.</summary>
    public HashSet<CaptureId> Numbered { get; } = [];

    public static async Task<Evidence> ReadAsync(StoreNight night, IReadOnlyDictionary<Store, Harm> harm)
    {
        var found = new Evidence();
        foreach (var frame in night.Frames)
        {
            switch (harm.TryGetValue(Store.Ledger, out var ledger) ? ledger : (Harm?)null)
            {
                case null:
                    found.Saved.Add(frame.Row.Id);
                    if (frame.IsDiscarded)
                        found.Discarded.Add(frame.Row.Id);
                    if (frame.Row.ReleasedAt is not null)
                        found.Freed.Add(frame.Row.Id);
                    if (frame.IsThere)
                        found.Sent.Add(frame.Row.Id);
                    break;
                case Harm.Old when frame.WasOld:
                    found.Saved.Add(frame.Row.Id);
                    found.Sent.Add(frame.Row.Id);
                    if (frame.WasFreedOld)
                        found.Freed.Add(frame.Row.Id);
                    break;
            }
        }

        var rows = found.Saved.ToHashSet();
        foreach (var folder in Directory.GetDirectories(Path.Combine(night.Node.Data, "frames")))
        {
            var session = new SessionName(Path.GetFileName(folder));
            if (await SessionMetadata.ReadAsync(SessionFolder.Metadata(folder), session, default) is { } metadata)
                found.Numbered.UnionWith(metadata.Images.Concat(metadata.Others ?? []).Select(i => CaptureId.Parse(i.Id!)));
            await foreach (var line in SessionJournal.ReadAsync(folder, default))
                found.Take(line);
            // Where it lay before 0.3.
            if (File.Exists(Path.Combine(folder, SessionJournal.FileName)))
            {
                var beside = Directory.CreateTempSubdirectory("wanda-lines-");
                Directory.CreateDirectory(SessionFolder.Own(beside.FullName));
                File.Copy(Path.Combine(folder, SessionJournal.FileName), SessionFolder.Journal(beside.FullName));
                await foreach (var line in SessionJournal.ReadAsync(beside.FullName, default))
                    found.Take(line);
                beside.Delete(recursive: true);
            }
        }

        found.Proven.ExceptWith(rows);
        found.Numbered.UnionWith(found.Saved);
        return found;
    }

    private void Take(JournalEntry line)
    {
        switch (line)
        {
            case JournalEntry.FrameSaved:
                Saved.Add(line.Id);
                break;
            case JournalEntry.FrameDiscarded:
                Discarded.Add(line.Id);
                break;
            case JournalEntry.FrameReleased:
                Freed.Add(line.Id);
                break;
            case JournalEntry.FrameRecalled:
                Freed.Remove(line.Id);
                break;
            case JournalEntry.FrameProven:
                Sent.Add(line.Id);
                Proven.Add(line.Id);
                break;
            case JournalEntry.ProofRevoked:
                Proven.Remove(line.Id);
                break;
        }
    }
}
