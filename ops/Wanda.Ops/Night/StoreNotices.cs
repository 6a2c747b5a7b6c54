using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Says of stores that were made good at a start what had become of them.</summary>
internal static class StoreNotices
{
    private static readonly TimeSpan Shown = TimeSpan.FromDays(3);

    public static IEnumerable<Notice> Of(IEnumerable<StoreReport> reports, DateTimeOffset now) =>
        from report in reports
        where (now - report.At).Duration() < Shown
        select new Notice(report.Store == NodeStoreKind.Catalogue ? Severity.Waiting : Severity.Calm, Words(report), "/")
        {
            Since = report.At,
        };

    private static string Words(StoreReport report)
    {
        var store = report.Store switch
        {
            NodeStoreKind.Catalogue => "The catalogue",
            NodeStoreKind.Queue => "The queue",
            _ => "The block store's index",
        };
        var harm = report.Harm switch
        {
            StoreHarm.Lost => "was not there",
            StoreHarm.Old => "was older than the journals beside the frames",
            _ => "was damaged",
        };
        var (frames, done) = (NightSentence.Frames(report.Frames), report.Store switch
        {
            NodeStoreKind.Catalogue when report.Harm == StoreHarm.Old => "filled in",
            NodeStoreKind.Catalogue => "read from the journals",
            NodeStoreKind.Queue => "It is filled again from the catalogue; pauses that somebody had set are gone.",
            _ => "It is made again from the frames.",
        });
        var text = $"{store} {harm} when the node started. ";
        text += report.Store != NodeStoreKind.Catalogue
            ? done
            : $"{frames} {(report.Frames == 1 ? "was" : "were")} {done}; files that lie here and are in no journal are taken as new "
                + "frames. What destinations hold is asked for again before anything is released.";
        return report.Aside is { } aside ? $"{text} The damaged file is kept as {aside}; it can be deleted." : text;
    }
}
