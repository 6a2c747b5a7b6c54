using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Looks into old folders, asks for their imports, ends them, and tells how far they are.</summary>
/// <param name="catalogue">Keeps what was asked for.</param>
/// <param name="options">Tell which folders are the node's own.</param>
/// <param name="look">Looks; null in a process that knows nothing of folders.</param>
public sealed class ImportCommand(Catalogue catalogue, WandaOptions options, IFolderLook? look = null) : IDisposable
{
    // A look reads a sample off the disk; two at once would tell half the pace.
    private readonly SemaphoreSlim _looking = new(1);

    /// <summary>The presets by which an import's files may be sorted.</summary>
    public static IReadOnlyList<string> Presets { get; } = [.. WatchPreset.All.Select(preset => preset.Name)];

    /// <summary>What would be taken, and how long that takes. Nothing is begun.</summary>
    /// <param name="path">The folder, absolute.</param>
    /// <param name="preset">The preset of the program that wrote it; null: what its files look like.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="OpsException">The path is not absolute, is the node's own or cannot be looked into; the preset is none.</exception>
    public async Task<FolderView> LookAsync(string path, string? preset, CancellationToken cancellationToken)
    {
        if (!Path.IsPathFullyQualified(path) || path.Contains('\0'))
            throw new OpsException($"'{path}' is no absolute path.");
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var named = preset is null ? null : PresetName.Of(preset);
        if (Own().FirstOrDefault(own => IsAtOrBelow(path, own)) is { } ours)
            throw new OpsException($"{path} is this node's own ({ours}): its frames are captures already.");
        if (look is null)
            throw new OpsException("Folders are looked into by 'wanda'.");
        await _looking.WaitAsync(cancellationToken);
        try
        {
            var found = await look.AtAsync(path, cancellationToken);
            return found with { Preset = named ?? found.Preset };
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Asks for the import of a folder, behind everything else. One of it that is open is that one.</summary>
    /// <inheritdoc cref="LookAsync"/>
    public async Task<ImportView> AskAsync(string path, string? preset, CancellationToken cancellationToken)
    {
        var found = await LookAsync(path, preset, cancellationToken);
        return ImportView.Of(await catalogue.Imports.AskAsync(found.Path, found.Preset, cancellationToken));
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

    /// <inheritdoc/>
    public void Dispose() => _looking.Dispose();

    private IEnumerable<string> Own() =>
        ((string?[])[options.Data, options.Storage.Root, .. options.Destinations.Select(d => d.Path)]).OfType<string>();

    private static bool IsAtOrBelow(string path, string folder) =>
        $"{path}/".StartsWith($"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))}/", StringComparison.Ordinal);
}
