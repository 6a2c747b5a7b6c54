using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Ops.Tests.Frames;

/// <summary>What became of a watched file reads as it is, also while its program writes to it.</summary>
public sealed class OriginalWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 20, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, "1.2.3.4.5.6", null)]
    [InlineData(OriginalState.InPlace, "1.2.3.4.5.6", "not copied, guarded there")]
    [InlineData(OriginalState.Here, "1.2.3.4.5.6", "still there, and is freed once the frame is")]
    [InlineData(OriginalState.Here, null, "written over by another version")]
    [InlineData(OriginalState.Replaced, null, "replaced by another version")]
    public void A_frame_that_is_here_says_where_its_original_is(OriginalState? state, string? key, string? words)
    {
        var said = OriginalWords.Of(new CaptureRecord
        {
            Id = CaptureId.New(TimeProvider.System),
            Session = new SessionName("m31"),
            Source = "pi",
            Original = state,
            SourceKey = key,
        }, Now, TimeZoneInfo.Utc);
        if (words is null)
            Assert.Null(said);
        else
            Assert.Contains(words, said, StringComparison.Ordinal);
    }
}
