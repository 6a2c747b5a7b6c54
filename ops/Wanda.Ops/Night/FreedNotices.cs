using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Says of frames that are not here any more, or not as they were saved, what became of them and what to do.</summary>
internal static class FreedNotices
{
    private const string Lost = "/frames?state=lost";

    public static IEnumerable<Notice> Of(NightSummary night, WandaOptions options)
    {
        if (night.LostFreed + night.OthersLostFreed is > 0 and var freed)
        {
            yield return new(Severity.Lost, $"{Are(night.LostFreed, night.OthersLostFreed)} lost: freed here, and no destination proves "
                + $"{(freed == 1 ? "it" : "them")} any more. Destinations are asked at every audit, and what one has is brought "
                + "back. The timeline of each says who had it: ask its operator for the blocks.", Lost);
        }

        if (night.LostFiles + night.OthersLostFiles > 0)
        {
            yield return new(Severity.Lost, $"{Are(night.LostFiles, night.OthersLostFiles)} lost: not here as saved any more, and proven "
                + "nowhere. The page of each says whether its file was removed, changed or damaged. One that is put back as saved is "
                + "noticed by itself.", Lost);
        }

        foreach (var left in night.LeftBehind)
            yield return LeftBehindWords.Notice(left, options);
        if (night.Near + night.OthersNear is > 0 and var near)
        {
            yield return new(Severity.Waiting, $"{Are(night.Near, night.OthersNear)} only on a destination that is on this machine, and "
                + $"not here any more. {(near == 1 ? "It is" : "They are")} brought back and sent to one on another machine, as disk room "
                + "and line allow.", "/frames?state=this-machine");
        }

        if (night.Expired + night.OthersExpired > 0)
        {
            var files = NightSentence.Files(night.Expired, night.OthersExpired);
            yield return new(Severity.Waiting, $"The proof of {files} freed here expired, and the audit is due. It is renewed as soon as "
                + "the destination answers.", "/frames?state=audit-due");
        }
    }

    private static string Are(int frames, int others) => $"{NightSentence.Files(frames, others)} {(frames + others == 1 ? "is" : "are")}";
}
