using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>What happens to a frame next, in a sentence.</summary>
internal static class NextStep
{
    public static string Of(
        FrameRow row, Hold? hold, IReadOnlyList<DestinationView> destinations, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (capture, custody) = row;
        return custody.State switch
        {
            CustodyState.Saved => "Its CID is computed, then it is sent to " + Names(destinations) + ".",
            CustodyState.Added => Sending(destinations, custody.SentTo),
            CustodyState.Near => Sending(destinations, custody.NearOn),
            CustodyState.Sent => $"{custody.SentTo} is asked to prove that it holds every byte.",
            CustodyState.Proven when capture.ReleasingAt is not null => "Its local bytes are being freed.",
            CustodyState.Proven => Release(capture, hold, now, zone),
            CustodyState.Released when capture.ReleasedAt is null =>
                $"It is brought back from {custody.SafeOn}, as it was saved, as soon as it can be reached.",
            CustodyState.Released =>
                "Nothing. 'wanda capture get' brings it back whenever it is wanted, and 'wanda session fetch' its whole session.",
            CustodyState.Expired => $"{custody.SafeOn} is asked to prove again that it holds every byte, as soon as it can be reached.",
            CustodyState.LeftBehind =>
                $"It is asked for wherever it can be, {custody.WasOn} included where that needs no token. Write {custody.WasOn} into "
                    + "\"destinations\" as it was, under any name, or put its disk back: then it is audited there and brought home.",
            CustodyState.Lost when custody.SentTo is null && capture.ReleasedAt is null =>
                "Nothing by itself: no destination ever took it. If you have the file as it was saved, put it back as "
                    + $"{capture.Path}: that is noticed by itself, and it is sent.",
            CustodyState.Lost =>
                "The destinations are asked for it at every audit, and it is brought back as soon as one has it. Look at its timeline, and "
                    + "ask their operators for the blocks.",
            _ =>
                Discard([.. capture is { ReleasedAt: null, ErasedAt: null } ? new[] { "this node" } : [],
                    .. custody.SentTo?.Split(", ") ?? []]),
        };
    }

    private static string Discard(IReadOnlyList<string> places) =>
        places.Count == 0
            ? "Nothing: it was discarded."
            : $"It is erased from {string.Join(" and ", places)}, as soon as that can be reached.";

    private static string Sending(IReadOnlyList<DestinationView> destinations, string? sentTo)
    {
        if (Standstill.Nowhere(destinations) is { } nowhere)
            return $"Nothing: {NeedWords.Of(nowhere)}. Write one that can make it safe under \"destinations\" in wanda.json.";
        var taken = sentTo?.Split(", ") ?? [];
        var open = destinations.Where(d => d.MakesSafe && !taken.Contains(d.Name)).ToList();
        return open switch
        {
            [] => "The destinations are asked to prove that they hold every byte.",
            _ when open.All(d => d.Waits is not null) =>
                $"It is sent when it can be: {string.Join("; ", open.Select(d => $"{d.Name} {d.Waits}"))}.",
            _ => $"It is sent to {Names(open.Where(d => d.Waits is null))}.",
        };
    }

    private static string Release(CaptureRecord capture, Hold? hold, DateTimeOffset now, TimeZoneInfo zone) => hold switch
    {
        Hold.Never => "Nothing: release.when is never, so it stays here as well.",
        Hold.Nights nights => "Its local bytes are freed when space is needed, or after "
            + $"{OperatorTime.Clock(capture.SavedAt.AddDays(nights.Count), now, zone)}.",
        not null => $"It stays here: {HoldWords.Of(hold)}.",
        null when capture.HoldReason is { } reason => $"It stays here: {HoldWords.Of(reason)}.",
        null => "Its local bytes are freed at the next look.",
    };

    private static string Names(IEnumerable<DestinationView> destinations) =>
        destinations.Where(d => d.Takes).Select(d => d.Name).ToList() is { Count: > 0 } names
            ? string.Join(" and ", names)
            : "a destination, once one is configured";
}
