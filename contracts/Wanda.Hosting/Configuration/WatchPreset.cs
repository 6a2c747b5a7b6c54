using System.ComponentModel;
using System.Globalization;

namespace Wanda.Hosting;

/// <summary>What sessions a watched folder's frames go into.</summary>
public enum SessionBy
{
    /// <summary>The night that they were taken in, noon to noon.</summary>
    Night,

    /// <summary>The folder below the watched one, one session a run of the program; what lies in none goes by night.</summary>
    Folder,
}

/// <summary>
/// What a capture program's folder is watched with where nothing else is written: each program's own layout. The reasons stand in
/// docs/configuration.md.
/// </summary>
[TypeConverter(typeof(Converter))]
public sealed class WatchPreset
{
    private WatchPreset(string name, SessionBy session, params string[] exclude) =>
        (Name, Session, Exclude) = (name, session, [.. exclude.Select(GlobPattern.Parse)]);

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<WatchPreset> All { get; } =
    [
        new("wanda-app", SessionBy.Folder, "session_config.json") { Metadata = MetadataPlace.Beside },
        new("nina", SessionBy.Night),
        new("ekos", SessionBy.Night),
        new("indi-allsky", SessionBy.Night, "latest.*"),
        new("rms", SessionBy.Folder, "ArchivedFiles/**", "logs/**", "live.jpg"),
    ];

    /// <summary>The WANDA app's.</summary>
    public static WatchPreset WandaApp => All[0];

    /// <summary>The one of this name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static WatchPreset Parse(string name) =>
        All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new FormatException($"'{name}' is no preset. Write one of {string.Join(", ", All)}.");

    /// <summary>The name that it is written by.</summary>
    public string Name { get; }

    /// <summary>What sessions the frames go into.</summary>
    public SessionBy Session { get; }

    /// <summary>Whether a run's folder that is adopted gets a list of its CIDs.</summary>
    public MetadataPlace Metadata { get; private init; }

    /// <summary>Which files are taken; none: all.</summary>
    public IReadOnlyList<GlobPattern> Include { get; } = [];

    /// <summary>Which of those are not.</summary>
    public IReadOnlyList<GlobPattern> Exclude { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private sealed class Converter : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => Parse((string)value);
    }
}
