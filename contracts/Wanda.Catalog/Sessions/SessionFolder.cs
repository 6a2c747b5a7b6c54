using Files.Shared;

namespace Wanda.Catalog;

/// <summary>
/// A session's folder. Captured files lie directly in it, under names that the node gives them; its own files lie in <c>.wanda/</c> below
/// it. No captured name begins with a dot, so none reaches them. The layout is a format (law 9); <see cref="OldLayout"/> is the one before.
/// </summary>
public static class SessionFolder
{
    /// <summary>The folder of the node's own files in a session's folder.</summary>
    public const string OwnName = ".wanda";

    /// <summary>The folder of the node's own files.</summary>
    /// <param name="sessionFolder">The session's folder.</param>
    public static string Own(string sessionFolder) => Path.Combine(sessionFolder, OwnName);

    /// <summary>The session's journal.</summary>
    /// <inheritdoc cref="Own"/>
    public static string Journal(string sessionFolder) => Path.Combine(Own(sessionFolder), SessionJournal.FileName);

    /// <summary>The session's metadata.</summary>
    /// <inheritdoc cref="Own"/>
    public static string Metadata(string sessionFolder) => Path.Combine(Own(sessionFolder), SessionMetadata.FileName);

    /// <summary>
    /// Where files are written before they get their names: on the frames' own file system, so that a rename is one step. What nobody holds
    /// open there at a start was cut short.
    /// </summary>
    /// <inheritdoc cref="Own"/>
    public static string Temporaries(string sessionFolder) => Path.Combine(Own(sessionFolder), "tmp");

    /// <summary>
    /// Whether no captured file may be given this name: it begins with a dot, or versions before 0.3, which kept their own files among the
    /// frames, would take it for one of theirs.
    /// </summary>
    public static bool IsReserved(string name) => name.StartsWith('.')
        || name.Equals(SessionJournal.FileName, StringComparison.OrdinalIgnoreCase)
        || name.Equals(SessionMetadata.FileName, StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(DurableFile.TemporarySuffix, StringComparison.OrdinalIgnoreCase);
}
