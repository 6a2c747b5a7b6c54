using Microsoft.AspNetCore.Http;

namespace Wanda.Ops.Web;

/// <summary>What the page of sources shows.</summary>
/// <param name="Listing">The sources, and what was not taken.</param>
/// <param name="Imports">The imports, newest first.</param>
/// <param name="Asked">The folder that was looked into last, as the address has it; null for none.</param>
/// <param name="Found">What lies in it; null when that is not in mind any more.</param>
public sealed record SourcesModel(SourceListing Listing, IReadOnlyList<ImportView> Imports, string? Asked, FolderView? Found);

/// <summary>
/// Reads the page of sources. What a look into a folder told is kept in mind until the next one: drawing the page again, as its stream
/// does, reads no disk.
/// </summary>
internal sealed class SourcesPageQuery(SourceQuery sources, ImportCommand imports)
{
    private volatile FolderView? _last;

    /// <inheritdoc cref="ImportCommand.LookAsync"/>
    public async Task<FolderView> LookAsync(string path, string? preset, CancellationToken cancellationToken) =>
        _last = await imports.LookAsync(path, preset, cancellationToken);

    public async Task<SourcesModel> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var asked = request.Query["look"].ToString() is { Length: > 0 } path ? path : null;
        return new SourcesModel(
            await sources.ListAsync(cancellationToken), await imports.ListAsync(cancellationToken), asked,
            _last is { } found && found.Path == asked ? found : null);
    }
}
