using FsCheck.Fluent;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests.Sessions;

/// <summary>Law 5 as a property: what the journals are told of a night is enough to fill another catalogue.</summary>
[Trait("Rerun", "Never")]
public sealed class JournalNightTests
{
    private static readonly SessionName Night = new("night");

    /// <summary>
    /// Whatever is done, and wherever a process dies or a journal is cut: another catalogue that is filled from it says the same.
    /// </summary>
    [Fact]
    public void Any_night_is_told_so_that_another_catalogue_is_filled_from_it()
    {
        var steps = Gen.Elements("save", "add", "prove", "revoke", "release", "recall", "discard", "write", "restart", "cut").ListOf();
        Prop.ForAll(steps.ToArbitrary(), night => ToldAsync([.. night]).GetAwaiter().GetResult()).MustHold(tests: 25);
    }

    private async Task<bool> ToldAsync(IReadOnlyList<string> steps)
    {
        await using var test = await TestCatalogue.CreateAsync();
        var root = await StorageRoot.OpenAsync(Path.Combine(test.Folder, "frames"), test.Catalogue, default);
        Directory.CreateDirectory(root.FolderOf(Night));
        var (writer, frames) = (new JournalWriter(test.Catalogue, root), new List<CaptureRecord>());
        foreach (var (step, number) in steps.Select((s, i) => (s, i)))
        {
            var frame = frames.Count == 0 ? null : await test.Catalogue.Captures.FindAsync(frames[number % frames.Count].Id, default);
            switch (step)
            {
                case "save":
                    frames.Add(await test.AddAsync());
                    break;
                case "add" when frame is { DiscardedAt: null }:
                    await test.Catalogue.Ledger.ApplyAsync(new Fact.Added(frame.Id, TestCatalogue.Proof(frame).Cid, 1), default);
                    break;
                case "prove" when frame is { Cid: not null, DiscardedAt: null }:
                    await test.Catalogue.Ledger.ApplyAsync(new Fact.Proven(TestCatalogue.Proof(frame)), default);
                    break;
                case "revoke" when frame is not null:
                    await test.Catalogue.Ledger.ApplyAsync(new Fact.Revoked("altermundi", $"{frame.Id}", "gone"), default);
                    break;
                case "release" when frame is { ReleasedAt: null, DiscardedAt: null, Cid: not null }
                    && (await test.Catalogue.Custody.ProofsOfAsync($"{frame.Id}", default)).Count > 0:
                    await test.ReleaseAsync(frame);
                    break;
                case "recall" when frame is { ReleasedAt: not null, DiscardedAt: null }:
                    await test.Catalogue.Ledger.ApplyAsync(new Fact.Recalled(frame.Id, 1, 2, "back"), default);
                    break;
                case "discard" when frame is not null:
                    await test.Catalogue.Ledger.ApplyAsync(new Fact.Discarded(frame.Id, TestCatalogue.Now, "ana", "clouds"), default);
                    break;
                case "write":
                    await writer.WriteAsync(Night, default);
                    break;
                case "restart":
                    writer.Dispose();
                    writer = new JournalWriter(test.Catalogue, root);
                    break;
                case "cut" when File.Exists(SessionFolder.Journal(root.FolderOf(Night))):
                    using (var file = File.Open(SessionFolder.Journal(root.FolderOf(Night)), FileMode.Open))
                        file.SetLength(Math.Max(0, file.Length - (number * 97)));
                    break;
            }
        }

        await writer.CompleteAsync(Night, default);
        writer.Dispose();
        foreach (var frame in frames)
        {
            if (await test.Catalogue.Captures.FindAsync(frame.Id, default) is { ReleasedAt: null, DiscardedAt: null })
                await File.WriteAllBytesAsync(root.Resolve(frame.Path), [1]);
        }

        return await SaysTheSameAsync(test, root, frames);
    }

    private static async Task<bool> SaysTheSameAsync(TestCatalogue test, StorageRoot root, IReadOnlyList<CaptureRecord> frames)
    {
        await using var other = await TestCatalogue.CreateAsync();
        // The same disk: the other catalogue adopts its id.
        var same = await StorageRoot.OpenAsync(root.Path, other.Catalogue, default);
        await CatalogueRebuild.FromJournalsAsync(other.Catalogue, same, default);
        foreach (var frame in frames)
        {
            var here = (await test.Catalogue.Captures.FindAsync(frame.Id, default))!;
            if (await other.Catalogue.Captures.FindAsync(frame.Id, default) is not { } there
                || (there.Number, there.Path) != (here.Number, here.Path)
                || there.Cid != (File.Exists(root.Resolve(here.Path)) ? null : here.Cid) // that of a file is computed from it
                || there.ReleasedAt is null != here.ReleasedAt is null
                || there.DiscardedAt is null != here.DiscardedAt is null)
            {
                return false;
            }

            var (proven, told) = ((await test.Catalogue.Custody.ProofsOfAsync($"{frame.Id}", default)).Count > 0,
                (await other.Catalogue.Custody.ProofsOfAsync($"{frame.Id}", default)).Count > 0);
            if (proven != told)
                return false;
        }

        return true;
    }
}
