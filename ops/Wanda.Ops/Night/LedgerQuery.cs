using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>
/// Says for some days that the catalogue was filled or rebuilt from the journals: what it alone had known is not known any more.
/// </summary>
public sealed class LedgerQuery(Catalogue catalogue, TimeProvider time)
{
    // Longer than a week's end: somebody is to see it.
    private static readonly TimeSpan Said = TimeSpan.FromDays(4);

    /// <summary>The notice; null when nothing was mended lately.</summary>
    public async Task<Notice?> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await catalogue.Events.OfAsync("catalogue", 1, cancellationToken) is [{ Kind: EventKind.Failed } last]
            && (now - last.At).Duration() < Said
            ? new(Severity.Waiting, $"The catalogue was mended at {OperatorTime.Clock(last.At, now, time.LocalTimeZone)}: "
                + $"{last.Detail.TrimEnd('.')}. Look whether an old backup was put back, or its disk fails; nothing else is to be done.", "/")
            : null;
    }
}
