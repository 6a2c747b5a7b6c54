using System.Text.Json;

namespace Wanda.Destinations.Files;

/// <summary>
/// The id file of a folder that frames are offloaded to. A folder without it is an empty mount point, or somebody else's: it is neither
/// written to nor concluded from. It is made by <c>wanda destination init</c> and by nothing else.
/// </summary>
/// <param name="Node">The node whose copies these are.</param>
/// <param name="Destination">The destination's name in its configuration.</param>
internal sealed record StoreId(string Node, string Destination)
{
    public const string FileName = "wanda-destination.json";

    private const int MaxBytes = 4096;

    /// <exception cref="DestinationDownException">It is missing, or another's.</exception>
    public async Task EnsureAsync(IVolume volume, string where, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(volume, where, cancellationToken) ?? throw new DestinationDownException(
            $"{Destination}: {where} has no {FileName}, so its disk is not there. Nothing is written until it is back. Mount it; a new one "
                + $"is prepared by \"wanda destination init {Destination}\".");
        if (found != this)
        {
            throw new DestinationDownException(
                $"{Destination}: {where} belongs to destination '{found.Destination}' of node '{found.Node}', says its {FileName}. Mount "
                    + "the right disk, or use another folder.", needsOperator: true);
        }
    }

    /// <summary>Makes a folder this destination's. Doing it twice is harmless.</summary>
    /// <exception cref="DestinationDownException">It is another's already.</exception>
    public async Task WriteAsync(IVolume volume, string where, CancellationToken cancellationToken)
    {
        if (await ReadAsync(volume, where, cancellationToken) is not null)
        {
            await EnsureAsync(volume, where, cancellationToken);
        }
        else
        {
            await volume.WriteAsync(FileName,
                stream => JsonSerializer.SerializeAsync(stream, this, JsonSerializerOptions.Web, cancellationToken), cancellationToken);
        }
    }

    private async Task<StoreId?> ReadAsync(IVolume volume, string where, CancellationToken cancellationToken)
    {
        await using var file = await volume.ReadAsync(FileName, cancellationToken);
        if (file is null)
            return null;
        try
        {
            return file.Length <= MaxBytes
                && await JsonSerializer.DeserializeAsync<StoreId>(file, JsonSerializerOptions.Web,
                    cancellationToken) is { Node: not null, Destination: not null } id
                ? id
                : throw new JsonException("it holds no node and destination");
        }
        catch (JsonException e)
        {
            throw new DestinationDownException($"{Destination}: the {FileName} in {where} cannot be read ({e.Message}). Restore it, or "
                + "prepare an empty folder.", needsOperator: true);
        }
    }
}
