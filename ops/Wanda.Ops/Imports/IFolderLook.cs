namespace Wanda.Ops;

/// <summary>
/// Looks into a folder before its files are taken. The producer's room knows how; <c>Wanda.Cli</c> brings the two together.
/// </summary>
public interface IFolderLook
{
    /// <summary>Looks; changes nothing.</summary>
    /// <exception cref="OpsException">It cannot be looked into.</exception>
    Task<FolderView> AtAsync(string path, CancellationToken cancellationToken);
}
