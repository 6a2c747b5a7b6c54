using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>
/// How bad it is, worked out here and nowhere else, from one summary (law 11): the sentence's colour, the tab's title,
/// <c>wanda status --check</c> and <c>/health</c> all take it from there.
/// </summary>
public static class NightSeverity
{
    /// <summary>The worst of all that is known.</summary>
    public static Severity Of(NightSummary night) => night.Notices.Select(n => n.Severity)
        .Append(night.CaptureStopped is null ? Severity.Calm : Severity.CaptureStopped)
        .Append(night.Lost > 0 ? Severity.Lost : Severity.Calm)
        .Append(night.LeftBehind.Count > 0 ? Severity.NeedsYou : Severity.Calm)
        .Append(night.AtRisk + night.Expired + night.OthersExpired > 0 ? Severity.Waiting : Severity.Calm)
        .Append(night.Forecast?.Severity ?? Severity.Calm)
        .Max();
}
