using Files.Shared;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>
/// Law 5: a lost catalogue is rebuilt from the session folders, whose journals hold every row, CID, proof and release; one that is older
/// than its journals is filled. Doing it twice, or with a catalogue that is whole, changes nothing. What a journal says opens no door: a
/// file that is here stays, and every proof is asked for again before anything is released (law 2).
/// </summary>
public static class CatalogueRebuild
{
    /// <summary>Reads every session's journal into the catalogue. Returns how many frames it brought back.</summary>
    public static Task<int> FromJournalsAsync(Catalogue catalogue, StorageRoot root, CancellationToken cancellationToken) =>
        RunAsync(catalogue, root, all: true, cancellationToken);

    /// <summary>
    /// The same for the sessions whose journals grew or changed since the catalogue last knew them: at each start, for it may be an old
    /// backup that was put back.
    /// </summary>
    public static Task<int> CatchUpAsync(Catalogue catalogue, StorageRoot root, CancellationToken cancellationToken) =>
        RunAsync(catalogue, root, all: false, cancellationToken);

    private static async Task<int> RunAsync(Catalogue catalogue, StorageRoot root, bool all, CancellationToken cancellationToken)
    {
        await root.EnsurePresentAsync(cancellationToken);
        var fill = new Fill(catalogue, root, Older: !all);
        foreach (var folder in Directory.EnumerateDirectories(root.Path))
        {
            if (!SessionName.IsValid(Path.GetFileName(folder)))
                continue;
            var session = new SessionName(Path.GetFileName(folder));
            var bytes = SessionJournal.BytesOf(folder);
            if (!all && await catalogue.Sessions.JournalBytesAsync(session, cancellationToken) == bytes)
                continue;
            await fill.SessionAsync(session, cancellationToken);
            await catalogue.Sessions.JournalReadAsync(session, bytes, cancellationToken);
        }

        await catalogue.JournalLines.SkipToAsync(fill.NewestSeq, cancellationToken);
        if (fill is { Frames: > 0, Older: true })
        {
            await catalogue.Events.FailedAsync("catalogue",
                $"it was older than the journals beside the frames: {fill.Frames:N0} frames were filled in, and what destinations have "
                    + "proven is asked for again before anything is released", cancellationToken);
        }

        return fill.Frames;
    }

    /// <param name="Catalogue">What is filled.</param>
    /// <param name="Root">Where the frames lie.</param>
    /// <param name="Older">Whether it has rows, which may be of yesterday.</param>
    private sealed record Fill(Catalogue Catalogue, StorageRoot Root, bool Older)
    {
        private bool _doubted;
        private JournalEntry.SessionTold? _run;

        public int Frames { get; private set; }

        /// <summary>The highest number of a fact in any journal.</summary>
        public long NewestSeq { get; private set; }

        public async Task SessionAsync(SessionName session, CancellationToken cancellationToken)
        {
            var rows = (await Catalogue.Captures.OfSessionAsync(session, cancellationToken)).ToDictionary(c => c.Id);
            var (numbers, known) = (rows.Values.Select(c => c.Number).ToHashSet(),
                await Catalogue.Sessions.FindAsync(session, cancellationToken) is not null);
            var metadata = new ToldCids(Root, session);
            _run = null;
            var journal = NotedAsync(SessionJournal.ReadAsync(Catalogue, Root, session, cancellationToken), session);
            var frames = await JournalFacts.ReadAsync(journal, session, cancellationToken);
            if (_run is { } run)
            {
                await RunAsync(run, cancellationToken);
                known = true;
            }

            foreach (var (id, facts) in InTurn(frames))
            {
                var row = rows.GetValueOrDefault(id);
                if (row is null && facts.Saved is { } saved
                    && await Catalogue.Captures.FindByPathAsync(saved.Path, cancellationToken) is null)
                {
                    await DoubtAsync(cancellationToken);
                    if (!known)
                        await Catalogue.Ledger.ReplayAsync(new Fact.SessionOpened(session, SessionKind.Rebuilt), cancellationToken);
                    known = true;
                    // A number that was given again meanwhile stays with whom it was given to.
                    var placed = await PlacedAsync(saved, cancellationToken);
                    row = await Catalogue.Ledger.ReplayAsync(
                        new Fact.Saved(numbers.Add(saved.Number) ? placed : placed with { Number = 0 }), cancellationToken);
                    if (row.Id != id || row.Session != session)
                        continue; // another frame's id, or another frame's file: that one is known, and this line makes nothing of it
                    Frames++;
                    await ProofsAsync(facts, cancellationToken);
                    foreach (var destination in facts.Revoked)
                        await Catalogue.Audits.RecordAsync(destination, id.ToString(), AuditOutcome.Lost, 0, cancellationToken);
                }
                else if (row is not null)
                {
                    await TakenBackAsync(facts, id, cancellationToken);
                }

                if (row is null)
                    continue;
                // The CID of a file that is here is computed from its bytes: a wrong one would be proven of other bytes.
                if (row.Cid is null && FileIdentity.Of(Root.Resolve(row.Path)) is null
                    && (facts.AddedAs ?? await metadata.OfAsync(row, cancellationToken)) is { } added)
                {
                    await Catalogue.Ledger.ReplayAsync(new Fact.Added(id, added.Cid, added.DagBytes), cancellationToken);
                }

                await FileAsync(row, facts, rows.ContainsKey(id), cancellationToken);
                await OriginalAsync(row, facts, cancellationToken);
            }

            if (Frames > 0 && known && rows.Count == 0)
                await Catalogue.Ledger.ReplayAsync(new Fact.SessionEnded(session), cancellationToken);
        }

        /// <summary>What its program's run is called and when it began, so that what comes yet goes into this session.</summary>
        private async Task RunAsync(JournalEntry.SessionTold run, CancellationToken cancellationToken)
        {
            await Catalogue.Ledger.ReplayAsync(
                new Fact.RunSeen(run.Session, run.Source, run.Folder, run.Night, run.StartedAt), cancellationToken);
            if (run.Application is { } report)
                await Catalogue.Ledger.ReplayAsync(new Fact.RunTold(run.Session, report, IsLast: true), cancellationToken);
        }

        private async IAsyncEnumerable<JournalEntry> NotedAsync(IAsyncEnumerable<JournalEntry> journal, SessionName session)
        {
            await foreach (var entry in journal)
            {
                if (entry is JournalEntry.SessionTold told)
                    _run = SoundFacts.Of(told, session) ?? _run;
                if (entry.Seq is { } seq && SoundFacts.IsNumber(seq))
                    NewestSeq = Math.Max(NewestSeq, seq);
                yield return entry;
            }
        }

        /// <summary>
        /// Where a watched frame is looked for by its name, which is its newest version's whichever journal is read first. Where the line
        /// does not say it, name and folder do.
        /// </summary>
        private async Task<CaptureRecord> PlacedAsync(CaptureRecord saved, CancellationToken cancellationToken)
        {
            if ((saved.SourcePath ?? ArchivePaths.OriginalOf(saved)) is not { } path)
                return saved;
            return await Catalogue.Captures.LastAtAsync(saved.Source, path, cancellationToken) is { } last
                && string.CompareOrdinal($"{last}", $"{saved.Id}") > 0
                    ? saved with { SourceKey = null, SourcePath = null }
                    : saved with { SourcePath = path };
        }

        /// <summary>
        /// The frames in the order of their lines; where two claim one path, the one that was saved as the file there is goes first,
        /// and without a file the one that a destination has proven.
        /// </summary>
        private IEnumerable<KeyValuePair<CaptureId, JournalFacts>> InTurn(IReadOnlyDictionary<CaptureId, JournalFacts> frames)
        {
            var claimed = frames.Values.Select(f => f.Saved?.Path).OfType<string>().CountBy(path => path).Where(path => path.Value > 1)
                .Select(path => path.Key).ToHashSet();
            return claimed.Count == 0
                ? frames
                : frames.OrderByDescending(f => f.Value.Saved is { } saved && claimed.Contains(saved.Path) ? Claim(saved, f.Value) : 0);
        }

        private int Claim(CaptureRecord saved, JournalFacts facts) => FileIdentity.Of(Root.Resolve(saved.Path)) switch
        {
            null => facts.Proofs.Count > 0 ? 1 : 0,
            { } file when file.SizeBytes != saved.SizeBytes => 0,
            { } file => file.ModifiedNs == saved.ModifiedNs ? 2 : 1,
        };

        /// <summary>What became of its file since. The file decides: one that is here was not released, whatever a line says.</summary>
        private async Task FileAsync(CaptureRecord row, JournalFacts facts, bool knew, CancellationToken cancellationToken)
        {
            var (freed, discarded) = (facts.ReleasedAt is not null && row.ReleasingAt is null,
                facts.Discarded is not null && row.DiscardedAt is null);
            // Its line may be lost, or a crash came before it. Who has proven it is asked either way: then it is freed, or lost.
            var isProven = facts is { ReleasedAt: null, Proofs.Count: > 0 } && row is { ReleasingAt: null, DiscardedAt: null };
            if (!freed && !discarded && !isProven && !(knew && row.ReleasedAt is not null && facts.ReleasedAt is null))
                return;
            var file = FileIdentity.Of(Root.Resolve(row.Path));
            await Root.EnsurePresentAsync(cancellationToken);
            if (file is { } here)
            {
                if (row.ReleasedAt is not null)
                {
                    await Catalogue.Ledger.ApplyAsync(
                        new Fact.Recalled(row.Id, here.ModifiedNs, here.Inode, "from the session's journal"), cancellationToken);
                }

                if (discarded)
                {
                    await Catalogue.Events.FailedAsync(row.Id.ToString(),
                        $"the session's journal says that {facts.Discarded!.By} discarded it, and its file is here: discard it again if so",
                        cancellationToken);
                }

                return;
            }

            if (freed || (isProven && !discarded && !(knew && await KnowsAllAsync(row.Id, facts, cancellationToken))))
            {
                await DoubtAsync(cancellationToken);
                if (knew)
                    await ProofsAsync(facts, cancellationToken);
                await Catalogue.Ledger.ReplayAsync(
                    new Fact.Released(row.Id, facts.ReleasedAt ?? facts.Proofs.Max(p => p.ProvenAt)), cancellationToken);
            }

            if (discarded)
            {
                await DoubtAsync(cancellationToken);
                await Catalogue.Ledger.ReplayAsync(
                    new Fact.Discarded(row.Id, facts.Discarded!.At, facts.Discarded.By, facts.Discarded.Reason), cancellationToken);
            }
        }

        /// <summary>What became of the file that it was taken from: nothing is the node's to free that no line says so of.</summary>
        private async Task OriginalAsync(CaptureRecord row, JournalFacts facts, CancellationToken cancellationToken)
        {
            if (facts.Original is not { } said || said.State == row.Original)
                return;
            await Catalogue.Ledger.ReplayAsync<bool>(said.State is OriginalState.Here or OriginalState.Freeing
                ? new Fact.Adopted(row.Id) : new Fact.OriginalSettled(row.Id, said.State, said.At), cancellationToken);
        }

        /// <summary>Whether the catalogue has each proof already: then it is not older, and the file is missing.</summary>
        private async Task<bool> KnowsAllAsync(CaptureId id, JournalFacts facts, CancellationToken cancellationToken) =>
            (await Catalogue.Custody.ProofsOfAsync(id.ToString(), cancellationToken)).Select(p => p.Destination).ToHashSet()
                .IsSupersetOf(facts.Proofs.Select(p => p.Destination));

        /// <summary>A loss that the catalogue does not know: its proof is from before it.</summary>
        private async Task TakenBackAsync(JournalFacts facts, CaptureId id, CancellationToken cancellationToken)
        {
            if (facts.Revoked.Count == 0)
                return;
            foreach (var proof in await Catalogue.Custody.ProofsOfAsync(id.ToString(), cancellationToken))
            {
                if (!facts.Revoked.Contains(proof.Destination))
                    continue;
                await DoubtAsync(cancellationToken);
                await Catalogue.Ledger.ApplyAsync(
                    new Fact.Revoked(proof.Destination, proof.Subject, "from the session's journal"), cancellationToken);
            }
        }

        /// <summary>Proofs come in as expired: an audit, or the next offload, asks for them again. Nothing is sent twice for it.</summary>
        private Task ProofsAsync(JournalFacts facts, CancellationToken cancellationToken) =>
            Catalogue.Ledger.ReplayAsync([.. facts.Proofs.SelectMany(proof => new Fact[]
            {
                new Fact.Pushed(new RemotePin
                {
                    Destination = proof.Destination,
                    Subject = proof.Subject,
                    Cid = proof.Cid,
                    PushedAt = proof.ProvenAt,
                }),
                new Fact.Proven(proof),
            })], cancellationToken);

        /// <summary>Before the first thing that it did not know: what else it says may be as old.</summary>
        private async Task DoubtAsync(CancellationToken cancellationToken)
        {
            if (Older && !_doubted)
                await Catalogue.Ledger.ApplyAsync(new Fact.AllDoubted(), cancellationToken);
            _doubted = true;
        }
    }
}
