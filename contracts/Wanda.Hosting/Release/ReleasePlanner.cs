using System.Runtime.CompilerServices;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Hosting;

/// <summary>Reads what a <see cref="ReleasePlan"/> is made from, the same for whoever prints it and whoever does it.</summary>
public sealed class ReleasePlanner(Catalogue catalogue, DiskSpace space, WandaOptions options)
{
    private const int Page = 200;

    /// <summary>All that would be done with what is here.</summary>
    public Task<ReleasePlan> AllAsync(Situation situation, CancellationToken cancellationToken) =>
        MakeAsync(situation, ForSpaceAsync(new HashSet<CaptureId>(), cancellationToken), HereAsync(cancellationToken), cancellationToken);

    /// <summary>The first part of it: what goes for want of space.</summary>
    /// <param name="situation">The node.</param>
    /// <param name="except">Frames that were tried already, and stay although the policy lets them go or are gone.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public Task<ReleasePlan> ForSpaceAsync(
        Situation situation, IReadOnlySet<CaptureId> except, CancellationToken cancellationToken) =>
        MakeAsync(situation, ForSpaceAsync(except, cancellationToken), AsyncEnumerable.Empty<ReleaseCandidate>(), cancellationToken);

    /// <summary>The second part of it, of some of the frames.</summary>
    public Task<ReleasePlan> OfAsync(
        Situation situation, IReadOnlyCollection<CaptureId> frames, CancellationToken cancellationToken) =>
        MakeAsync(situation, AsyncEnumerable.Empty<ReleaseCandidate>(), TheseAsync(frames, cancellationToken), cancellationToken);

    private Task<ReleasePlan> MakeAsync(Situation situation, IAsyncEnumerable<ReleaseCandidate> forSpace,
        IAsyncEnumerable<ReleaseCandidate> here, CancellationToken cancellationToken) => ReleasePlan.MakeAsync(
        new(options.Rules, situation, space.HighWater.Bytes - space.FreeBytes, forSpace, here), cancellationToken);

    private async IAsyncEnumerable<ReleaseCandidate> ForSpaceAsync(
        IReadOnlySet<CaptureId> except, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var skip = 0;
        while (await catalogue.Captures.DrainOrderAsync(skip, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var candidate in await WithProofsAsync([.. page.Where(c => !except.Contains(c.Id))], cancellationToken))
                yield return candidate;
            skip += page.Count;
        }
    }

    private async IAsyncEnumerable<ReleaseCandidate> HereAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CaptureId? after = null;
        while (await catalogue.Captures.HereAsync(after, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var candidate in await WithProofsAsync(page, cancellationToken))
                yield return candidate;
            after = page[^1].Id;
        }
    }

    private async IAsyncEnumerable<ReleaseCandidate> TheseAsync(
        IReadOnlyCollection<CaptureId> frames, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var ids in frames.Chunk(Page))
        {
            var page = new List<CaptureRecord>(ids.Length);
            foreach (var id in ids)
            {
                if (await catalogue.Captures.FindAsync(id, cancellationToken)
                    is { ReleasedAt: null, DiscardedAt: null, FileLostAt: null } capture)
                {
                    page.Add(capture);
                }
            }

            foreach (var candidate in await WithProofsAsync(page, cancellationToken))
                yield return candidate;
        }
    }

    private async Task<IEnumerable<ReleaseCandidate>> WithProofsAsync(
        IReadOnlyList<CaptureRecord> page, CancellationToken cancellationToken)
    {
        var proofs = await catalogue.Custody.ProofsOfAsync([.. page.Select(c => c.Id.ToString())], cancellationToken);
        return page.Select(c => new ReleaseCandidate(c, [.. proofs[c.Id.ToString()]]));
    }
}
