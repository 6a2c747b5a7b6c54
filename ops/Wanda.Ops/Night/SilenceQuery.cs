using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Says that nothing is taken in the hours in which the operator expects frames, whatever the sources say of themselves.</summary>
public sealed class SilenceQuery(Catalogue catalogue, WandaOptions options, TimeProvider time)
{
    /// <summary>Since when nothing is taken; null while something is, or nothing is expected.</summary>
    public async Task<DateTimeOffset?> SinceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (options.Expect.Hours?.OpenSince(now, time.LocalTimeZone) is not { } since)
            return null;
        // One from the future was dated by a clock that was wrong then, and tells nothing.
        if (await catalogue.Captures.NewestAsync(1, cancellationToken) is [{ SavedAt: var last }] && last > since && last <= now)
            since = last;
        return now - since >= options.Expect.Within ? since : null;
    }

    /// <summary>The same with what to do.</summary>
    public Notice Words(DateTimeOffset since) => new(Severity.CaptureStopped,
        "No frame comes, and some are expected from "
            + $"{options.Expect.Hours!.Value.From:HH:mm} to {options.Expect.Hours.Value.To:HH:mm} (expect.hours). Look whether the capture "
            + "program runs and saves where this node looks, or change \"expect\".", "/sources")
    {
        Since = since,
    };
}
