using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>A session's directory that some destination has proven.</summary>
public sealed record ProvenArchive
{
    /// <summary>The session.</summary>
    public SessionName Session { get; init; }

    /// <summary>The directory's CID.</summary>
    public string DirectoryCid { get; init; } = "";

    /// <summary>Size of its blocks and of all they link to, in bytes.</summary>
    public long DirectoryBytes { get; init; }
}
