using Wanda.Catalog;

namespace Wanda.Ops;

/// <summary>Asks for imports, ends them, and tells how far they are.</summary>
public sealed class ImportCommand(Catalogue catalogue)
{
    /// <summary>Asks for the import of a folder. One of it that is open is that one.</summary>
    /// <param name="path">The folder, absolute.</param>
    /// <param name="preset">The preset of the program that wrote it; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <exception cref="OpsException">The preset is none, or the path is not absolute.</exception>
    public async Task<ImportView> AskAsync(string path, string? preset, CancellationToken cancellationToken)
    {
        if (!Path.IsPathFullyQualified(path))
            throw new OpsException($"'{path}' is no absolute path.");
        var known = preset is null ? null : PresetName.Of(preset);
        return ImportView.Of(await catalogue.Imports.AskAsync(path, known, cancellationToken));
    }

    /// <summary>Ends an import; what it took stays.</summary>
    /// <exception cref="OpsException">There is none of this number that is open.</exception>
    public async Task StopAsync(long id, CancellationToken cancellationToken)
    {
        if (!await catalogue.Imports.EndAsync(id, ImportState.Stopped, cancellationToken))
            throw new OpsException($"No import {id} is open. 'wanda import' lists them.");
    }

    /// <summary>The imports, newest first.</summary>
    public async Task<IReadOnlyList<ImportView>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await catalogue.Imports.ListAsync(cancellationToken)).Select(ImportView.Of)];
}
