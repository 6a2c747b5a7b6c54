using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>A frame's place in the operator's words.</summary>
public static class CustodyWords
{
    /// <summary>Where a frame is.</summary>
    public static string Of(FrameRow row) => (row.Custody, row.Capture) switch
    {
        ({ State: CustodyState.Near } near, { ReleasedAt: null, FileLostAt: null }) => $"only on this machine: here and on {near.NearOn}",
        ({ State: CustodyState.Near } near, _) => $"only on this machine: on {near.NearOn}, and not here any more",
        ({ State: CustodyState.Lost }, { ReleasedAt: null }) => "lost: not here as it was saved, and proven nowhere",
        ({ State: CustodyState.Lost }, _) => "lost: freed here, and proven nowhere any more",
        ({ State: CustodyState.Released } custody, { ReleasedAt: null }) => $"safe on {custody.SafeOn}, not here as it was saved",
        var (custody, _) => Of(custody),
    };

    private static string Of(FrameCustody custody) => custody.State switch
    {
        CustodyState.Saved => "only here, no CID yet",
        CustodyState.Added => "only here, waits to be sent",
        CustodyState.Sent => $"only here until {custody.SentTo} proves it",
        CustodyState.Proven => $"safe on {custody.SafeOn}, and here",
        CustodyState.Released => $"safe on {custody.SafeOn}, freed here",
        CustodyState.Expired => $"freed here; the proof of {custody.SafeOn} expired, audit due",
        CustodyState.LeftBehind => $"freed here; only on {custody.WasOn} as it was configured before",
        _ => "discarded",
    };

    /// <summary>The same in a word or two, for a narrow column.</summary>
    public static string Short(FrameRow row) => row.Custody.State switch
    {
        CustodyState.Near => "only this machine",
        CustodyState.Released when row.Capture.ReleasedAt is null => "safe, not here",
        CustodyState.Saved or CustodyState.Added => "only here",
        CustodyState.Sent => "sent, not proven",
        CustodyState.Proven => "safe, here too",
        CustodyState.Released => "safe, freed",
        CustodyState.Expired => "audit due",
        CustodyState.LeftBehind => "left behind",
        CustodyState.Lost => "lost",
        _ => "discarded",
    };

    /// <summary>What a frame that is only here waits for, when nothing stands in its way.</summary>
    public static string Waits(CustodyState state) => state switch
    {
        CustodyState.Saved => "its CID is not computed yet",
        CustodyState.Sent => "sent, and not proven yet",
        CustodyState.Near => "no destination on another machine has it yet",
        _ => "waits its turn to be sent",
    };

    /// <summary>How much a state should worry.</summary>
    public static Severity SeverityOf(CustodyState state) => state switch
    {
        CustodyState.Lost => Severity.Lost,
        CustodyState.LeftBehind => Severity.NeedsYou,
        CustodyState.Saved or CustodyState.Added or CustodyState.Sent or CustodyState.Near or CustodyState.Expired => Severity.Waiting,
        _ => Severity.Calm,
    };

    /// <summary>What happened, in a word or two.</summary>
    public static string Of(EventKind kind) => kind switch
    {
        EventKind.Added => "CID computed",
        EventKind.Previewed => "preview",
        EventKind.Pushed => "sent",
        EventKind.Failed => "did not work",
        EventKind.Held => "kept here",
        EventKind.Releasing => "release decided",
        EventKind.Released => "freed here",
        EventKind.Audited => "proven again",
        EventKind.Recalled => "brought back",
        EventKind.Erased => "erased here",
        EventKind.Unpinned => "let go",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>The rest of a timeline's line, as it reads after that word.</summary>
    /// <param name="line">The line.</param>
    /// <param name="preview">Whether the frame that it is about has a preview.</param>
    public static string Detail(CustodyEvent line, PreviewState preview) => (line.Kind, preview) switch
    {
        (EventKind.Previewed, PreviewState.None) => $"none: {PreviewWords.Of(line.Detail)}",
        (EventKind.Previewed, _) => "made",
        (EventKind.Held, _) => HoldWords.Of(line.Detail),
        (EventKind.Original, _) => OriginalWords.OfEvent(line.Detail),
        _ => line.Detail,
    };

    /// <summary>A filter's name on screens.</summary>
    public static string Of(FrameFilter filter) => filter switch
    {
        FrameFilter.OnlyHere => "only here",
        FrameFilter.Kept => "safe, here too",
        FrameFilter.Freed => "safe, freed",
        FrameFilter.Expired => "audit due",
        FrameFilter.LeftBehind => "left behind",
        FrameFilter.Near => "only this machine's disks",
        FrameFilter.NoPreview => "no preview",
        _ => filter.ToString().ToLowerInvariant(),
    };

    /// <summary>A filter's name in addresses and on the command line: <c>only-here</c>.</summary>
    public static string Key(FrameFilter filter) => filter switch
    {
        FrameFilter.OnlyHere => "only-here",
        FrameFilter.Expired => "audit-due",
        FrameFilter.LeftBehind => "left-behind",
        FrameFilter.Near => "this-machine",
        FrameFilter.NoPreview => "no-preview",
        _ => filter.ToString().ToLowerInvariant(),
    };

    /// <summary>The filter of a name, or null when there is none of that name.</summary>
    public static FrameFilter? Filter(string? key) =>
        key is null or "" ? FrameFilter.All : Enum.GetValues<FrameFilter>().Cast<FrameFilter?>().FirstOrDefault(f => Key(f!.Value) == key);
}
