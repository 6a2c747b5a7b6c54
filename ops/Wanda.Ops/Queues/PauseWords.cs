using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Why a queue or a destination is paused, in words: a sentence without its full stop, in which "it" is the destination.</summary>
public static class PauseWords
{
    /// <summary>Puts a code and its detail into words.</summary>
    /// <param name="code">The code; null: <paramref name="detail"/> is a sentence already.</param>
    /// <param name="detail">What the code asks for.</param>
    public static string Of(PauseCode? code, string detail) => code switch
    {
        PauseCode.UploadWindow => $"outside its upload window ({detail})",
        PauseCode.MonthlyVolume => $"its monthly volume of {detail} is used up; to go on sooner, raise \"monthlyVolume\" and restart",
        PauseCode.LittleSpace => $"little space is left on the disk ({detail}): previews wait until frames could be released",
        _ => detail.TrimEnd('.'),
    };
}
