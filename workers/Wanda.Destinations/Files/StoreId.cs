using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wanda.Destinations.Files;

/// <summary>
/// The id file of a folder that frames are offloaded to. A folder without it is an empty mount point, or somebody else's: it is neither
/// written to nor concluded from. It is made by <c>wanda destination init</c> and by nothing else.
/// </summary>
/// <param name="Node">The node whose copies these are.</param>
/// <param name="Destination">The destination's name in its configuration.</param>
/// <param name="Disk">
/// Tells its disk from another one that is mounted at the same path; null in one that was prepared by a version before 0.3.
/// </param>
internal sealed record StoreId(string Node, string Destination, Guid? Disk = null)
{
    public const string FileName = "wanda-destination.json";

    private const int MaxBytes = 4096;

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <returns>What is there: ours, perhaps with its disk.</returns>
    /// <exception cref="DestinationDownException">It is missing, or another's.</exception>
    public async Task<StoreId> EnsureAsync(IVolume volume, string where, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(volume, where, cancellationToken) ?? throw new DestinationDownException(
            $"{where} has no {FileName}, so its disk is not there. Nothing is written until it is back. Mount it; a new one "
                + $"is prepared by \"wanda destination init {Destination}\".", destination: Destination);
        // The disk that is known by its id is ours under a new name of the destination as well.
        return (found with { Disk = Disk }) == this || (Disk is not null && found.Disk == Disk && found.Node == Node)
            ? found
            : throw new DestinationDownException(
                $"{where} belongs to destination '{found.Destination}' of node '{found.Node}', says its {FileName}. Mount "
                    + "the right disk, or use another folder.", needsOperator: true, destination: Destination);
    }

    /// <summary>The same, with an id for its disk, which it is given where it has none and can be written to.</summary>
    /// <inheritdoc cref="EnsureAsync" path="/exception"/>
    public async Task<StoreId> EnsureDiskAsync(IVolume volume, string where, CancellationToken cancellationToken)
    {
        var found = await EnsureAsync(volume, where, cancellationToken);
        if (found.Disk is not null && found.Destination == Destination)
            return found;
        var complete = found with { Destination = Destination, Disk = found.Disk ?? Guid.NewGuid() };
        try
        {
            await WriteAsync(volume, complete, cancellationToken);
            return complete;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return found; // it can still be read from
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
            await WriteAsync(volume, this with { Disk = Guid.NewGuid() }, cancellationToken);
        }
    }

    private static Task WriteAsync(IVolume volume, StoreId id, CancellationToken cancellationToken) =>
        volume.WriteAsync(FileName, stream => JsonSerializer.SerializeAsync(stream, id, Json, cancellationToken), cancellationToken);

    private async Task<StoreId?> ReadAsync(IVolume volume, string where, CancellationToken cancellationToken)
    {
        await using var file = await volume.ReadAsync(FileName, cancellationToken);
        if (file is null)
            return null;
        try
        {
            return file.Length <= MaxBytes
                && await JsonSerializer.DeserializeAsync<StoreId>(file, Json,
                    cancellationToken) is { Node: not null, Destination: not null } id
                ? id
                : throw new JsonException("it holds no node and destination");
        }
        catch (JsonException e)
        {
            throw new DestinationDownException($"the {FileName} in {where} cannot be read ({e.Message}). Restore it, or "
                + "prepare an empty folder.", needsOperator: true, destination: Destination);
        }
    }
}
