namespace Wanda.Ipfs;

/// <summary>
/// A block whose hash is right but whose content breaks the rules of dag-pb or UnixFS, or is not what was asked for (a directory read as
/// a file). Whoever made it made it so: fetching it again does not help.
/// </summary>
public sealed class DagFormatException(string message) : FormatException(message);
