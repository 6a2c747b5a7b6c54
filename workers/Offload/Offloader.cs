using System.Collections.Concurrent;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;

namespace Wanda.Workers.Offload;

/// <summary>Push, prove, record: what is done with one item at one destination, behind its breaker.</summary>
internal sealed class Offloader(
    IDestination destination, DestinationOptions options, DestinationBreaker breaker, UploadLimits limits, UploadLine line,
    Catalogue catalogue, TimeProvider time, int questions = 0) : IDisposable
{
    // How long to wait before a destination that lost a frame gets it again; doubles with every loss of the same frame.
    private static readonly TimeSpan AfterLoss = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAfterLoss = TimeSpan.FromHours(6);

    private static readonly TimeSpan AfterTheOther = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, OffloadItem> _underWay = new();
    private readonly ConcurrentDictionary<string, int> _losses = new();

    /// <summary>The destination's name in the configuration.</summary>
    public string Name => destination.Name;

    /// <summary>The destination itself; what is asked of it goes through <see cref="RunAsync"/>.</summary>
    public IDestination Destination => destination;

    /// <summary>Its configuration.</summary>
    public DestinationOptions Options => options;

    /// <summary>Whether it can prove what it holds.</summary>
    public bool GivesProof => options.GivesProof;

    /// <summary>The destination as a keeper of IPNS records; null when it is none.</summary>
    public INameRouter? Router => destination as INameRouter;

    /// <summary>Whether a proof in force is on record.</summary>
    public async Task<bool> IsProvenAsync(OffloadItem item, CancellationToken cancellationToken) =>
        await FindProofAsync(item, cancellationToken) is not null;

    /// <summary>
    /// Brings an item there and makes the destination prove it. The proof is on disk when this returns; null when it has the item and
    /// offers no way to prove it.
    /// </summary>
    /// <exception cref="NotNowException">It is down, paused, or does not hold what it took.</exception>
    /// <exception cref="PoisonException">It will never take this item, or the item cannot be read here.</exception>
    public async Task<CustodyProof?> OffloadAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        // The same message twice, and both at once: one of them does the work (law 3).
        if (!_underWay.TryAdd(item.Subject, item))
            throw new NotNowException($"{item.Labels.Session}/{item.Labels.Name} is on its way to {Name} already.", AfterTheOther);
        try
        {
            var proof = await FindProofAsync(item, cancellationToken);
            if (proof is null && !await IsTakenOnItsWordAsync(item, cancellationToken))
                await RunAsync(async cancellationToken => proof = await AttemptAsync(item, cancellationToken), cancellationToken);
            _losses.TryRemove(item.Subject, out _);
            return proof;
        }
        finally
        {
            _underWay.TryRemove(item.Subject, out _);
        }
    }

    /// <summary>Lets one of our pins there go.</summary>
    /// <exception cref="NotNowException">It is down, or paused.</exception>
    public Task UnpinAsync(string remoteId, CancellationToken cancellationToken) =>
        RunAsync(cancellationToken => destination.UnpinAsync(remoteId, cancellationToken), cancellationToken);

    /// <summary>Something else that is asked of the destination, behind the same breaker.</summary>
    /// <exception cref="NotNowException">It is down, or paused.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await breaker.RunAsync(work, cancellationToken);
        await WarnedAsync(cancellationToken);
    }

    /// <inheritdoc cref="DestinationBreaker.TryAsync"/>
    public async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await breaker.TryAsync(work, cancellationToken);
        await WarnedAsync(cancellationToken);
    }

    /// <inheritdoc cref="DestinationBreaker.DownAsync"/>
    public Task<NotNowException> DownAsync(DestinationDownException down) => breaker.DownAsync(down);

    /// <summary>Lets it be sent to again when its hours or its month's volume, as configured now, allow it.</summary>
    public Task LookAtLimitsAsync(CancellationToken cancellationToken) => limits.LookAgainAsync(cancellationToken);

    public void Dispose()
    {
        breaker.Dispose();
        (destination as IDisposable)?.Dispose();
    }

    private Task WarnedAsync(CancellationToken cancellationToken) => destination is IWarns warns
        ? catalogue.Destinations.WarnedAsync(Name, warns.Warning, cancellationToken)
        : Task.CompletedTask;

    private async Task<CustodyProof?> FindProofAsync(OffloadItem item, CancellationToken cancellationToken) =>
        (await catalogue.Custody.ProofsOfAsync(item.Subject, cancellationToken))
        .FirstOrDefault(p => options.Gave(p) && p.Cid == item.Cid.ToString() && p.IsInForce(time.GetUtcNow()));

    /// <summary>One that gives no proof is done when it says so. Its word opens no release (law 2).</summary>
    private async Task<bool> IsTakenOnItsWordAsync(OffloadItem item, CancellationToken cancellationToken) =>
        !options.GivesProof && (await catalogue.Custody.FindPushAsync(Name, item.Subject, cancellationToken))?.Cid == item.Cid.ToString();

    private async Task<CustodyProof?> AttemptAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        var before = await catalogue.Custody.FindPushAsync(Name, item.Subject, cancellationToken);
        await using var progress = line.Begin(item);
        try
        {
            return before is { } superseded && before.Cid != item.Cid.ToString()
                ? await ReplaceAsync(item, superseded, cancellationToken)
                : await FirstAsync(item, before is not null, cancellationToken);
        }
        catch (DestinationDownException e)
        {
            await catalogue.Events.FailedAsync(item.Subject, e.Message, CancellationToken.None);
            throw;
        }
        catch (NotHeldException e)
        {
            // It lied, or lost it. What it said before counts for nothing: it gets the item again (law 2).
            var forgotten = new Fact.PushForgotten(Name, item.Subject, $"{item.Cid}", e.Message);
            if (!await catalogue.Ledger.ApplyAsync(forgotten, CancellationToken.None))
                await catalogue.Events.FailedAsync(item.Subject, $"{Name}: {e.Message}", CancellationToken.None);
            throw new NotNowException($"{Name} does not hold {item.Labels.Session}/{item.Labels.Name}: {e.Message}", NextTry(item), e);
        }
    }

    /// <summary>One that loses a frame each time gets it less and less often: each time costs its whole upload.</summary>
    private TimeSpan NextTry(OffloadItem item)
    {
        var losses = _losses.AddOrUpdate(item.Subject, 1, (_, n) => n + 1);
        var wait = AfterLoss * Math.Pow(2, Math.Min(losses - 1, 20));
        return wait < LongestAfterLoss ? wait : LongestAfterLoss;
    }

    private async Task<CustodyProof?> FirstAsync(OffloadItem item, bool pushed, CancellationToken cancellationToken)
    {
        using var reading = destination is ISharesReading sharing
            ? sharing.Read(item, await MissingQuestionsAsync(item, cancellationToken))
            : null;
        if (!pushed)
            await TookAsync(item, await PushAsync(item, reading, cancellationToken));
        var proof = await ProveAsync(item, reading, cancellationToken);
        if (proof is not null)
            await catalogue.Ledger.ApplyAsync(new Fact.Proven(proof, reading?.Questions ?? []), cancellationToken);
        return proof;
    }

    /// <summary>
    /// A frame that is freed is audited by questions whose answers were computed while its bytes were here. They are made in the read that
    /// sends and proves it.
    /// </summary>
    private async Task<int> MissingQuestionsAsync(OffloadItem item, CancellationToken cancellationToken) =>
        questions > 0 && item.Kind == SubjectKind.Capture
            ? Math.Max(0, questions - await catalogue.Audits.LeftAsync(item.Subject, cancellationToken))
            : 0;

    private Task<CustodyProof?> ProveAsync(OffloadItem item, ItemReading? reading, CancellationToken cancellationToken) =>
        destination is ISharesReading sharing && reading is not null
            ? sharing.ProveAsync(reading, cancellationToken)
            : destination.ProveAsync(item, cancellationToken);

    /// <summary>
    /// A newer directory takes an older one's place. The older pin is what is on record until it is gone, so a crash anywhere in between is
    /// gone through again and leaves no pin that nobody knows of; directories are small, so the second push costs little.
    /// </summary>
    private async Task<CustodyProof?> ReplaceAsync(OffloadItem item, RemotePin superseded, CancellationToken cancellationToken)
    {
        using var reading = (destination as ISharesReading)?.Read(item, questions: 0);
        var remoteId = await PushAsync(item, reading, cancellationToken);
        var proof = await ProveAsync(item, reading, cancellationToken);
        if (superseded.RemoteId is { } old && old != remoteId)
            await destination.UnpinAsync(old, cancellationToken);
        await TookAsync(item, remoteId);
        if (proof is not null)
            await catalogue.Ledger.ApplyAsync(new Fact.Proven(proof), cancellationToken);
        return proof;
    }

    private async Task<string?> PushAsync(OffloadItem item, ItemReading? reading, CancellationToken cancellationToken)
    {
        await limits.EnsureOpenAsync(cancellationToken);
        try
        {
            return destination is ISharesReading sharing && reading is not null
                ? await sharing.PushAsync(reading, cancellationToken)
                : await destination.PushAsync(item, cancellationToken);
        }
        finally
        {
            // The bytes count for the monthly volume also when the upload failed.
            line.Save();
        }
    }

    /// <summary>
    /// Goes on record along with the proof, or soon where that takes longer: a kill before costs a second upload. Where no proof follows it
    /// is all there is to say that the item is there, and is on record at once.
    /// </summary>
    private Task TookAsync(OffloadItem item, string? remoteId)
    {
        var pushed = new Fact.Pushed(new RemotePin
        {
            Destination = Name,
            Subject = item.Subject,
            Cid = item.Cid.ToString(),
            RemoteId = remoteId,
            PushedAt = time.GetUtcNow(),
        });
        if (!options.GivesProof)
            return catalogue.Ledger.ApplyAsync(pushed, CancellationToken.None);
        catalogue.Ledger.ApplyAlong(pushed);
        return Task.CompletedTask;
    }
}
