using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops.Tests.Night;

/// <summary>How bad a night is: every combination of what can be said of it, and the worst of it wins.</summary>
public sealed class NightSeverityTests
{
    private static readonly (Severity Severity, Func<NightSummary, NightSummary> Make)[] Facts =
    [
        (Severity.CaptureStopped, n => n with { CaptureStopped = "Capture has stopped." }),
        (Severity.Lost, n => n with { LostFreed = 1 }),
        (Severity.Lost, n => n with { LostFiles = 1 }),
        (Severity.NeedsYou, n => n with { LeftBehind = [new() { Destination = "casa", Frames = 1 }] }),
        (Severity.NeedsYou, n => Noticed(n, Severity.NeedsYou)),
        (Severity.NeedsYou, n => n with { Forecast = Forecast.Of([(1, 2)], 0, busy: true, roomBytes: 1) }),
        (Severity.Waiting, n => Noticed(n, Severity.Waiting)),
        (Severity.Waiting, n => n with { Counts = new CustodyCounts { Frames = 1, OnlyHere = 1 } }),
        (Severity.Waiting, n => n with { OlderOnlyHere = 1 }),
        (Severity.Waiting, n => n with { OthersOnlyHere = 1 }),
        (Severity.Lost, n => n with { OthersLostFiles = 1 }),
        (Severity.Waiting, n => n with { Expired = 1 }),
        (Severity.Waiting, n => n with { OthersExpired = 1 }),
        (Severity.Calm, n => Noticed(n, Severity.Calm)),
    ];

    [Fact]
    public void The_worst_that_is_known_is_how_bad_it_is()
    {
        for (var which = 0; which < 1 << Facts.Length; which++)
        {
            var (night, worst) = (new NightSummary { Sentence = "", At = default }, Severity.Calm);
            for (var i = 0; i < Facts.Length; i++)
            {
                if ((which >> i & 1) == 0)
                    continue;
                night = Facts[i].Make(night);
                worst = worst > Facts[i].Severity ? worst : Facts[i].Severity;
            }

            Assert.True(night.Severity == worst, $"{Convert.ToString(which, 2)}: {night.Severity} and not {worst}");
        }
    }

    private static NightSummary Noticed(NightSummary night, Severity severity) =>
        night with { Notices = [.. night.Notices, new Notice(severity, "made", "/")] };
}
