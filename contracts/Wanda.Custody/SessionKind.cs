namespace Wanda.Custody;

/// <summary>How a session came to be.</summary>
public enum SessionKind
{
    /// <summary>A run of one of our cameras.</summary>
    Camera,

    /// <summary>A night of a watched folder, noon to noon, or a run of the program that writes there.</summary>
    Watched,

    /// <summary>Rebuilt from its folder after the catalogue was lost.</summary>
    Rebuilt,
}
