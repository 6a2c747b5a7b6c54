namespace Wanda.Hosting;

/// <summary>What becomes of the files of a watched folder.</summary>
public enum WatchTake
{
    /// <summary>They are copied and never touched.</summary>
    Copy,

    /// <summary>They are copied, and removed once their frame is released by proof.</summary>
    Adopt,
}

/// <summary>Where a session's list of CIDs lies, besides the node's own <c>metadata.json</c> of it.</summary>
public enum MetadataPlace
{
    /// <summary>Nowhere: no file of ours lies in a watched folder.</summary>
    Own,

    /// <summary>In the run's folder below the watched one, as <c>metadata.json</c> with CIDs alone.</summary>
    Beside,
}

/// <summary>A folder that another program writes to.</summary>
public sealed record WatchOptions
{
    /// <summary>The folder. Its files are copied (by reflink where the file system can), and never changed.</summary>
    public string Path { get; init; } = "";

    /// <summary>A name for it. Default: the folder's name.</summary>
    public string? Name { get; init; }

    /// <summary>What its frames' sessions and its row in the catalogue are called.</summary>
    public string SourceName => Name ?? DefaultName(Path);

    /// <summary>Whether its pictures and videos are removed once they are released by proof. Default: they are not.</summary>
    public WatchTake Take { get; init; }

    /// <summary>Whether that goes for those too that were there before the operator said so. Default false.</summary>
    public bool AdoptExisting { get; init; }

    /// <summary>Whether folders below are watched too. Default true.</summary>
    public bool Recursive { get; init; } = true;

    /// <summary>The capture program that writes there: gives what is not written of the next three. Default: none.</summary>
    public WatchPreset? Preset { get; init; }

    /// <summary>What sessions its frames go into: <c>night</c> (default) or <c>folder</c>.</summary>
    public SessionBy? Session { get; init; }

    /// <summary>
    /// Whether each run's folder gets a list of its CIDs. Default: not, or as the preset says of a folder that is adopted: one that is
    /// copied is touched by the operator's own word alone.
    /// </summary>
    public MetadataPlace? Metadata { get; init; }

    /// <summary>Which files are taken, by patterns of their paths below the folder. Default: all.</summary>
    public IReadOnlyList<GlobPattern> Include { get; init; } = [];

    /// <summary>Which of those are not. Default: none.</summary>
    public IReadOnlyList<GlobPattern> Exclude { get; init; } = [];

    /// <summary><see cref="Session"/>, or the preset's.</summary>
    public SessionBy SessionsBy => Session ?? Preset?.Session ?? SessionBy.Night;

    /// <summary><see cref="Metadata"/>, or the preset's. Without sessions by folder there is no folder that is one run's.</summary>
    public MetadataPlace MetadataAt => SessionsBy == SessionBy.Folder
        ? Metadata ?? (Take == WatchTake.Adopt ? Preset?.Metadata : null) ?? MetadataPlace.Own
        : MetadataPlace.Own;

    /// <summary><see cref="Include"/>, or the preset's.</summary>
    public IReadOnlyList<GlobPattern> Included => Include.Count > 0 || Preset is null ? Include : Preset.Include;

    /// <summary><see cref="Exclude"/>, or the preset's.</summary>
    public IReadOnlyList<GlobPattern> Excluded => Exclude.Count > 0 || Preset is null ? Exclude : Preset.Exclude;

    /// <summary>How long a file must rest before it is taken. Default 2 s; at most 1 h.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The same for a file whose format does not tell where it ends: five times <see cref="Quiet"/>, at most 1 h.</summary>
    public TimeSpan QuietUnknown => TimeSpan.FromTicks(Math.Min(Quiet.Ticks * 5, TimeSpan.TicksPerHour));

    /// <summary>The same for a file that looks cut off: it is taken all the same, a damaged frame is still data. Default 2 min.</summary>
    public TimeSpan QuietDoubtful { get; init; } = TimeSpan.FromMinutes(2);

    private static string DefaultName(string path)
    {
        var name = System.IO.Path.GetFileName(
            System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path))).ToLowerInvariant();
        var safe = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').Take(40)]).Trim('-');
        return safe.Length > 0 ? safe : "watched";
    }
}
