using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Reads sessions.</summary>
public sealed class SessionQuery(Catalogue catalogue, WandaOptions options)
{
    /// <summary>The largest page.</summary>
    public const int MaxPage = 200;

    /// <summary>Sessions, newest first.</summary>
    public async Task<IReadOnlyList<SessionView>> ListAsync(int skip, int limit, CancellationToken cancellationToken) =>
        (await catalogue.Reports.SessionsAsync(Math.Max(0, skip), Math.Clamp(limit, 1, MaxPage), options.IsDemo, cancellationToken))
            .Select(View).ToList();

    /// <summary>One session.</summary>
    /// <exception cref="NotHereException">There is none of that name.</exception>
    public async Task<SessionView> FindAsync(string name, CancellationToken cancellationToken) =>
        SessionName.IsValid(name)
            && await catalogue.Reports.SessionAsync(new SessionName(name), options.IsDemo, cancellationToken) is { } row
            ? View(row)
            : throw new NotHereException($"No session is called '{name}'. 'wanda session ls' lists them.");

    private static SessionView View(SessionRow row) => new()
    {
        Name = row.Session.Name.Value,
        Label = row.Session.Label,
        Counted = row.Session.Application?.ImagesCaptured,
        CountedWords = Counted(row.Session.Application?.ImagesCaptured, row.Counts.Frames),
        Kind = row.Session.Kind.ToString().ToLowerInvariant(),
        StartedAt = row.Session.StartedAt,
        EndedAt = row.Session.EndedAt,
        Frames = row.Counts.Frames,
        Safe = row.Counts.Safe,
        OnlyHere = row.Counts.OnlyHere,
        Near = row.Counts.Near,
        Others = row.Counts.Others,
        OthersOnlyHere = row.Counts.OthersOnlyHere,
        LeftBehind = row.Counts.LeftBehind,
        Lost = row.Counts.Lost,
        Expired = row.Counts.Expired,
        Freed = row.Counts.Released,
        Bytes = row.Counts.Bytes,
        DirectoryCid = row.Session.DirectoryCid,
        Archive = Archive(row),
        Severity = row.Counts.Lost + row.Counts.OthersLost > 0
            ? Severity.Lost
            : row.Counts.LeftBehind + row.Counts.OthersLeftBehind > 0 ? Severity.NeedsYou
            : Waits(row.Counts) > 0 ? Severity.Waiting : Severity.Calm,
    };

    private static string? Counted(int? counted, int frames) => counted == frames ? null
        : counted > frames ? $"{frames:N0} of {counted:N0} that the app counted"
        : counted is null ? null : $"the app counted {counted:N0}";

    private static int Waits(CustodyCounts counts) =>
        counts.OnlyHere + counts.OthersOnlyHere + counts.Near + counts.OthersNear + counts.Expired;

    private static string Archive(SessionRow row) => row switch
    {
        { Session.DirectoryCid: null } => "not made yet",
        { Counts: { Frames: var frames, Others: var others } } when row.Session.ArchivedFrames < frames + others =>
            $"holds {row.Session.ArchivedFrames:N0} of {frames + others:N0} {(others > 0 ? "files" : "frames")} so far",
        { ArchiveSafeOn: { } safeOn } => $"whole, safe on {safeOn}",
        _ => "whole, only here",
    };
}
