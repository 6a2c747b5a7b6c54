using Wanda.Custody;
using Wanda.Ops;

namespace Wanda.Workers.Tests.Stores;

/// <summary>What must hold of the night after its node came up again, whatever became of its stores.</summary>
internal sealed class WhatIsRight(
    StoreNight night, IReadOnlyDictionary<Store, Harm> harm, Evidence known, DateTimeOffset begun)
{
    private bool IsLedgerWhole => !harm.ContainsKey(Store.Ledger);

    /// <summary>Nobody could be asked yet.</summary>
    public async Task AtTheStartAsync()
    {
        var rows = await night.AllAsync();
        foreach (var frame in night.Frames)
        {
            var now = rows.SingleOrDefault(r => r.Id == frame.Row.Id);
            if (known.Saved.Contains(frame.Row.Id))
            {
                Assert.True(now is not null, $"{frame} is known no more");
                Assert.True((now.Session, now.Number, now.Path, now.Sha256, now.Kind, now.PartOf, now.FileName)
                    == (frame.Row.Session, frame.Row.Number, frame.Row.Path, frame.Row.Sha256, frame.Row.Kind, frame.Row.PartOf,
                        frame.Row.FileName), $"{frame} is another: {now}");
            }

            // Its bytes are here: they stay, and are one frame.
            if (frame.IsHere && !IsProvenNow(frame))
                Assert.True(File.Exists(night.Node.Root.Resolve(frame.Row.Path)), $"{frame}: its file is gone");
            if (frame.IsHere)
                Assert.Single(rows, r => r.Sha256 == frame.Row.Sha256);
            if (!frame.IsHere && !IsTakenAgain(frame))
                Assert.False(File.Exists(night.Node.Root.Resolve(frame.Row.Path)), $"{frame} has a file");
            if (now is null)
                continue;
            if (known.Discarded.Contains(frame.Row.Id))
                Assert.True(now.DiscardedAt is not null, $"{frame} is discarded no more");
            else if (known.Freed.Contains(frame.Row.Id) && !frame.IsHere)
                Assert.True(now.ReleasedAt is not null, $"{frame} is not known to be freed");
        }

        Assert.Equal(rows.Count, rows.Select(r => (r.Session, r.Number)).Distinct().Count());
        Assert.Equal(rows.Count, rows.Select(r => r.Path).Distinct().Count());
    }

    /// <summary>A frame that comes now gets a number that no other has or had.</summary>
    public Task NumbersAsync(CaptureRecord next)
    {
        foreach (var frame in night.Frames.Where(f => f.Row.Session == next.Session && known.Numbered.Contains(f.Row.Id)))
            Assert.True(next.Number > frame.Row.Number, $"{next.Number} was given to {frame}, or before it");
        return Task.CompletedTask;
    }

    /// <summary>Everything that is here and can be proven is proven and freed.</summary>
    public async Task<bool> IsSettledAsync() =>
        (await night.AllAsync()).All(r => r.ReleasedAt is not null || r.DiscardedAt is not null)
        && (await night.Node.Queues.ListAsync()).All(q => q.Paused is null && q.InFlight == 0 && q.Ready == 0);

    public async Task AtTheEndAsync(IReadOnlyList<string> uploads)
    {
        var rows = await night.AllAsync();
        foreach (var frame in night.Frames)
        {
            var now = rows.Where(r => r.Sha256 == frame.Row.Sha256).ToList();
            if (frame.IsDiscarded)
            {
                Assert.False(
                    known.Discarded.Contains(frame.Row.Id) && File.Exists(night.Node.Root.Resolve(frame.Row.Path)), $"{frame} came back");
                continue;
            }

            // A copy of it exists: where it was, or where it was brought.
            var at = frame.Row with { Cid = now.FirstOrDefault()?.Cid ?? frame.Row.Cid };
            if (frame.IsHere || frame.IsThere)
                Assert.True(await night.IsThereAsync(at), $"{frame} is lost");
            if (now is not [var row])
            {
                Assert.False(known.Saved.Contains(frame.Row.Id) || frame.IsHere, $"{frame} has {now.Count} rows");
                continue;
            }

            if (frame.Row.Cid is not null)
                Assert.True(frame.Row.Cid == row.Cid, $"{frame}: {row.Cid}");
            var proofs = await night.Node.ProofsAsync(row);
            if (frame.IsHere || IsTakenAgain(frame) || (frame.IsThere && known.Sent.Contains(frame.Row.Id)))
                Assert.True(proofs.Any(p => p.IsInForce(night.Node.Time.GetUtcNow())), $"{frame} is not proven");
            else if (!frame.IsThere)
                Assert.False(proofs.Any(p => p.IsInForce(night.Node.Time.GetUtcNow())), $"{frame} is proven, and nobody has it");
            if (frame.IsHere && !IsLedgerWhole)
                Assert.True(proofs.Any(p => p.ProvenAt >= begun), $"{frame} was freed by a proof of before");
            if (frame.IsThere && known.Sent.Contains(frame.Row.Id) && known.Saved.Contains(frame.Row.Id) && IsWhereItIsKnown(frame))
                Assert.DoesNotContain(row.Id.ToString(), uploads);
        }

        await ToldAsync();
        Assert.All(uploads.GroupBy(u => u), u => Assert.True(u.Count() == 1, $"{u.Key} was sent {u.Count()} times"));
        Assert.All(await night.Node.Queues.ListAsync(), q => Assert.True(q.Error + q.DeadLetter + q.Skipped == 0, $"{q}"));
    }

    /// <summary>The first page tells what happened, where anybody can know.</summary>
    private async Task ToldAsync()
    {
        var notices = (await night.Node.Get<NightQuery>().ReadAsync(default)).Notices.Select(n => n.Text).ToList();
        foreach (var (store, words) in new[] { (Store.Queue, "The queue was"), (Store.Index, "The block store's index was") })
        {
            var what = harm.TryGetValue(store, out var some) ? some : (Harm?)null;
            if (what == Harm.Frayed)
                continue; // what lay there may have been free
            var isToBe = what is not (null or Harm.Old) && (what != Harm.Lost || store == Store.Queue);
            Assert.True(notices.Any(n => n.StartsWith(words, StringComparison.Ordinal)) == isToBe, string.Join('\n', notices));
        }

        var ledger = harm.TryGetValue(Store.Ledger, out var became) ? became : (Harm?)null;
        var isTold = notices.Any(n => n.StartsWith("The catalogue was", StringComparison.Ordinal));
        if (ledger != Harm.Frayed && (ledger != Harm.Old || !harm.ContainsKey(Store.Journal)))
            Assert.True(isTold == ledger is not null, string.Join('\n', notices));
        if (ledger == Harm.Damaged)
            Assert.NotEmpty(Directory.GetFiles(night.Node.Data, "catalogue.db.damaged-*"));
    }

    // Its original is still in the watched folder, and nobody knows any more that it was taken.
    private bool IsTakenAgain(NightFrame frame) => frame.Name == "freed.fits" && !known.Saved.Contains(frame.Row.Id);

    // One that nobody knows to be freed, or proven, is missed, brought back, and sent like any other.
    private bool IsWhereItIsKnown(NightFrame frame) =>
        frame.IsHere || known.Freed.Contains(frame.Row.Id) || known.Proven.Contains(frame.Row.Id);

    // With a whole ledger what was proven may go at once.
    private bool IsProvenNow(NightFrame frame) => IsLedgerWhole && frame is { IsThere: true, IsHere: true };
}
