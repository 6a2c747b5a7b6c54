using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Reads frames: lists, and one by what an operator types.</summary>
public sealed class FrameQuery(
    Catalogue catalogue, WandaOptions options, DestinationQuery destinations, StuckWork stuck, HoldQuery holds, Audience audience)
{
    /// <summary>The largest page.</summary>
    public const int MaxPage = 500;
    private const int ShownMatches = 5;

    /// <summary>One page of frames, newest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="session">Of one session only, or null.</param>
    /// <param name="before">A <see cref="FramePage.Next"/>, or null for the first page.</param>
    /// <param name="limit">1 to <see cref="MaxPage"/>; what is outside is moved inside.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<FramePage> ListAsync(
        FrameFilter filter, string? session, string? before, int limit, CancellationToken cancellationToken)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        if (!string.IsNullOrEmpty(session) && !SessionName.IsValid(session))
            return new FramePage([], 0, null);
        SessionName? of = string.IsNullOrEmpty(session) ? null : new SessionName(session);
        CaptureId? after = CaptureId.TryParse(before, out var id) ? id : null;
        var rows = await catalogue.Reports.FramesAsync(filter, of, after, limit + 1, options.IsDemo, cancellationToken);
        var total = await catalogue.Reports.CountFramesAsync(filter, of, options.IsDemo, cancellationToken);
        var (waitsFor, causes) = (await WaitsForAsync(cancellationToken), await stuck.CausesAsync(cancellationToken));
        var shown = rows.Take(limit).ToList();
        var (held, labels) = (await HeldAsync(shown, cancellationToken), await LabelsAsync(shown, cancellationToken));
        return new FramePage(
            shown.Select(r => View(r, causes, waitsFor, held, labels)).ToList(), total,
            rows.Count > limit ? rows[limit - 1].Capture.Id.ToString() : null);
    }

    /// <summary>The frame that an operator means by a whole id, the beginning of one, or <c>SESSION/NUMBER</c>.</summary>
    /// <exception cref="NotHereException">There is none.</exception>
    /// <exception cref="OpsException">The beginning fits several.</exception>
    public async Task<FrameRow> FindAsync(string what, CancellationToken cancellationToken)
    {
        if (what.LastIndexOf('/') is > 0 and var slash && SessionName.IsValid(what[..slash])
            && int.TryParse(what[(slash + 1)..], out var number))
        {
            return await catalogue.Reports.FrameAsync(new SessionName(what[..slash]), number, options.IsDemo, cancellationToken)
                ?? throw None(what);
        }

        var lower = what.ToLowerInvariant();
        if (lower.Length == 0 || lower.Any(c => !char.IsAsciiHexDigitLower(c) && c != '-'))
            throw None(what);
        return await catalogue.Captures.FindByPrefixAsync(lower, ShownMatches + 1, cancellationToken) switch
        {
            [] => throw None(what),
            [var only] => (await catalogue.Reports.FrameAsync(only.Id, options.IsDemo, cancellationToken))!,
            var several => throw new OpsException(
                $"'{what}' fits {(several.Count > ShownMatches ? $"more than {ShownMatches}" : several.Count)} frames: "
                    + string.Join(", ", several.Take(ShownMatches).Select(c => $"{c.Id} ({c.Session}/{c.Number})"))
                    + ". Type more of the id."),
        };
    }

    /// <summary>A frame as it stands in a list.</summary>
    internal async Task<FrameView> ViewAsync(FrameRow row, CancellationToken cancellationToken) =>
        View(row, await stuck.CausesAsync(cancellationToken), await WaitsForAsync(cancellationToken),
            await HeldAsync([row], cancellationToken), await LabelsAsync([row], cancellationToken));

    private Task<IReadOnlyDictionary<SessionName, string>> LabelsAsync(
        IReadOnlyList<FrameRow> rows, CancellationToken cancellationToken) =>
        catalogue.Sessions.LabelsAsync(rows.Select(r => r.Capture.Session), cancellationToken);

    private Task<IReadOnlyDictionary<CaptureId, Hold>> HeldAsync(IEnumerable<FrameRow> rows, CancellationToken cancellationToken) =>
        holds.OfAsync([.. rows.Where(r => r.Custody.State == CustodyState.Proven).Select(r => r.Capture)], cancellationToken);

    private static bool OnlyHere(CustodyState state) => state is CustodyState.Saved or CustodyState.Added or CustodyState.Sent;

    private static NotHereException None(string what) =>
        new($"No frame is called '{what}'. Type the beginning of its id, or SESSION/NUMBER; 'wanda capture ls' lists them.");

    // Why a frame that could be sent is not: only when every destination that it could go to is paused, or outside of its hours.
    private async Task<string?> WaitsForAsync(CancellationToken cancellationToken)
    {
        var known = await destinations.ListAsync(cancellationToken);
        var all = known.Where(d => d.MakesSafe).ToList();
        if (Standstill.Nowhere(known) is { } nowhere)
            return NeedWords.Of(nowhere);
        return all.All(d => d.Waits is not null) ? string.Join("; ", all.Select(d => $"{d.Name} {d.Waits}")) : null;
    }

    private FrameView View(
        FrameRow row, IReadOnlyDictionary<Guid, string> stuck, string? waitsFor, IReadOnlyDictionary<CaptureId, Hold> held,
        IReadOnlyDictionary<SessionName, string> labels)
    {
        var (capture, custody) = row;
        // Whatever lies in a queue of a discarded frame asks for nothing: its consumer drops it.
        var cause = custody.State == CustodyState.Discarded ? null : stuck.GetValueOrDefault(capture.Id.Value);
        var severity = CustodyWords.SeverityOf(custody.State);
        return new FrameView
        {
            Id = capture.Id.ToString(),
            Session = capture.Session.Value,
            SessionLabel = labels.GetValueOrDefault(capture.Session, capture.Session.Value),
            Number = capture.Number,
            Kind = capture.Kind,
            FileName = capture.FileName,
            SizeBytes = capture.SizeBytes,
            TakenAt = capture.TakenAt,
            SavedAt = capture.SavedAt,
            ClockTrusted = capture.ClockTrusted,
            State = custody.State,
            Custody = cause is not null && OnlyHere(custody.State) ? "only here" : CustodyWords.Of(row),
            Short = cause is null ? CustodyWords.Short(row) : $"stuck, {(OnlyHere(custody.State) ? "only here" : CustodyWords.Short(row))}",
            Severity = cause is not null && severity < Severity.NeedsYou ? Severity.NeedsYou : severity,
            Why = custody.State switch
            {
                CustodyState.Discarded => capture.DiscardReason,
                CustodyState.Lost or CustodyState.Released or CustodyState.Near when capture.FileLostWhy is { } why => why,
                _ when cause is not null => cause,
                CustodyState.Proven => custody.Trouble
                    ?? (held.GetValueOrDefault(capture.Id) is { } hold ? HoldWords.Of(hold)
                        : capture.HoldReason is { } door ? HoldWords.Of(door) : null),
                CustodyState.Added or CustodyState.Sent or CustodyState.Near => custody.Trouble ?? waitsFor,
                _ => custody.Trouble,
            },
            IsStuck = cause is not null,
            Cid = capture.Cid,
            Preview = capture.Preview,
            PreviewReason = PreviewWords.Of(capture.PreviewReason),
            Metadata = FrameMetadata.Read(audience.IsElsewhere
                ? PublishedHeaders.Of(capture.Metadata, options.Privacy.Publish)?.ToJsonString() ?? "{}"
                : capture.Metadata),
        };
    }
}
