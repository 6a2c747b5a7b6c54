namespace Wanda.CaptureProducer.Kinds;

/// <summary>
/// Which file beside a frame belongs to it: one of the same stem. <c>Light_001.xmp</c>, <c>Light_001.fits.json</c> and
/// <c>Light_001.CameraSettings.txt</c> all belong to <c>Light_001.fits</c>, and <c>Light_0012.txt</c> does not.
/// </summary>
internal static class Stems
{
    // A name with a hundred dots is asked for its last ones.
    private const int MaxDots = 8;

    /// <summary>The name without its last ending; of <c>a.fits.fz</c> and <c>a.fits.gz</c> without both.</summary>
    public static string OfFrame(string name)
    {
        var stem = Cut(name) ?? name;
        return name.EndsWith(".fz", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? Cut(stem) ?? stem
            : stem;
    }

    /// <summary>What the frame of a sidecar may be called, or its stem: all that stands before a dot of its name, longest first.</summary>
    public static IEnumerable<string> OfSidecar(string name)
    {
        var rest = Cut(name);
        for (var i = 0; i < MaxDots && rest is not null; i++, rest = Cut(rest))
            yield return rest;
    }

    /// <summary>Whether a sidecar belongs to a frame in the same folder.</summary>
    public static bool Belongs(string sidecar, string frame)
    {
        var stem = OfFrame(frame);
        return OfSidecar(sidecar).Any(s =>
            s.Equals(frame, StringComparison.OrdinalIgnoreCase) || s.Equals(stem, StringComparison.OrdinalIgnoreCase));
    }

    // A dot at the beginning hides a file, and ends nothing.
    private static string? Cut(string name) => name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : null;
}
