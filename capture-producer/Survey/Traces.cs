using System.Text.RegularExpressions;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Survey;

/// <summary>By which files and folders a capture program is known, as its default settings name them.</summary>
internal sealed partial class Traces
{
    private readonly HashSet<string> _seen = [];

    /// <summary>The preset of the program that was seen; null when none was, or several were.</summary>
    public string? Preset => _seen.Count == 1 ? _seen.Single() : null;

    /// <summary>Looks at a path below the folder.</summary>
    public void See(RawName path)
    {
        foreach (var (trace, preset) in All)
        {
            if (trace.IsMatch(path.ToString()))
                _seen.Add(preset);
        }
    }

    private static readonly (Regex Trace, string Preset)[] All =
    [
        (WandaApp(), "wanda-app"), (Nina(), "nina"), (Ekos(), "ekos"), (IndiAllsky(), "indi-allsky"), (Rms(), "rms"),
    ];

    // session_config.json in its root, session_metadata.json in each session, singles by four digits.
    [GeneratedRegex(@"^session_config\.json$|/session_metadata\.json$|^capture_\d{4,5}\.jpg$")]
    private static partial Regex WandaApp();

    // $$DATEMINUS12$$\$$IMAGETYPE$$\: a date, then the type in capitals.
    [GeneratedRegex(@"(^|/)\d{4}-\d{2}-\d{2}/(LIGHT|DARK|BIAS|FLAT|DARKFLAT|SNAPSHOT)$")]
    private static partial Regex Nina();

    // TARGET/Light/FILTER/.
    [GeneratedRegex(@"^[^/]+/(Light|Dark|Bias|Flat)$|\.esq$")]
    private static partial Regex Ekos();

    // images/ccd_UUID/exposures/YYYYMMDD/night/.
    [GeneratedRegex(@"(^|/)ccd_[0-9a-f-]{36}$|(^|/)exposures/\d{8}$")]
    private static partial Regex IndiAllsky();

    // FF_STATION_DATE_TIME_MS_FRAME.fits of the meteor recorder.
    [GeneratedRegex(@"(^|/)FF_[A-Z0-9]+_\d{8}_\d{6}_\d+_\d+\.fits$")]
    private static partial Regex Rms();
}
