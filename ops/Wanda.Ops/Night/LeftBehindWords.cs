using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Freed frames that are only where this node does not send any more: whose they are, and the ways out.</summary>
internal static class LeftBehindWords
{
    private const string Drain = "with \"drain\": true";

    /// <summary>Says it shortly; null when there are none.</summary>
    public static string? Sentence(IReadOnlyList<UnprovenCount> left) => left switch
    {
        [] => null,
        [var one] => $"{Are(one.Frames, one.Others)} only on '{one.Destination}' as it was configured before.",
        _ => $"{Are(left.Sum(l => l.Frames), left.Sum(l => l.Others))} only on destinations that are not configured any more.",
    };

    /// <summary>The same of one of them, with what to do.</summary>
    public static Notice Notice(UnprovenCount left, WandaOptions options)
    {
        var (it, place) = (left.Frames + left.Others == 1 ? "it is" : "they are", left.Place is { } known ? $" ({known})" : "");
        var (where, write) = left.Place is { } disk && DestinationPlace.IsOtherDisk(disk)
            ? ($"on another disk of '{left.Destination}' than is there now ({disk})", "Put that one back,")
            : options.Destinations.Any(d => d.Name == left.Destination)
                ? ($"where '{left.Destination}' pointed before{place}",
                    $"Write that address into \"destinations\" by another name, {Drain}")
                : ($"on '{left.Destination}', which is no longer configured{place}",
                    $"Write it into \"destinations\" again, by any name, {Drain}");
        var meanwhile = left.Place is { } at && DestinationPlace.Reading(at, left.Destination!) is not null
            ? $" Meanwhile {it} fetched from there where that needs no token, as disk room allows, and sent to the others."
            : "";
        return new(Severity.NeedsYou, $"{Are(left.Frames, left.Others)} only {where}. {write} until {it} elsewhere.{meanwhile}",
            "/frames?state=left-behind");
    }

    private static string Are(int frames, int others) =>
        $"{NightSentence.Files(frames, others)} freed here {(frames + others == 1 ? "is" : "are")}";
}
