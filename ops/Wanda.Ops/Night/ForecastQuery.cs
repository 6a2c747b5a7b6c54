using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Reads what a forecast is made from.</summary>
public sealed class ForecastQuery(Catalogue catalogue, WandaOptions options, DiskSpace space, TimeProvider time)
{
    private const int Nights = 7;

    // Nights change slowly, and the page is drawn often.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private (DateTimeOffset At, Forecast? Value)? _last;

    /// <summary>The forecast; null before the first frame of the week, or while the disk of the frames is not there.</summary>
    /// <param name="today">The time that is believed, UTC.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<Forecast?> ReadAsync(DateTimeOffset today, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_last is { } last && (now - last.At).Duration() < Every)
            return last.Value;
        Forecast? value = null;
        try
        {
            value = await ComputeAsync(today, cancellationToken);
        }
        catch (IOException)
        {
            // The disk is away; the page says so elsewhere.
        }

        _last = (now, value);
        return value;
    }

    private async Task<Forecast?> ComputeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var nights = new List<(int, long)>();
        for (var i = 0; i < Nights; i++)
        {
            var night = NightSpan.Of(now.AddDays(-i), time.LocalTimeZone);
            var saved = await catalogue.Reports.SavedAsync(night.From, night.To, cancellationToken);
            nights.Add((saved.Frames, saved.Bytes));
        }

        var proven = await catalogue.Reports.SumProvenAsync(now.AddDays(-1), options.IsDemo, cancellationToken);
        var waiting = await catalogue.Reports.OnlyHereAsync(options.IsDemo, cancellationToken);
        var kept = options.Release.When == ReleaseWhen.Never
            ? 0
            : await catalogue.Reports.KeptBytesAsync(options.IsDemo, cancellationToken);
        return Forecast.Of(nights, proven, waiting.OnlyHere + waiting.OthersOnlyHere > 0,
            Math.Max(0, space.FreeBytes - options.Storage.Floor.Bytes) + kept);
    }
}
