using Wanda.Destinations.Files;
using Wanda.Destinations.Folder;
using Wanda.Destinations.Sftp;
using Wanda.Hosting;

namespace Wanda.Destinations;

/// <summary>
/// Prepares a folder for frames: an operator's deliberate step, so that an empty mount point is never taken for a new disk.
/// </summary>
public static class DestinationSetup
{
    /// <summary>Writes the id file of a <c>folder</c> or <c>sftp</c> destination. Doing it twice is harmless.</summary>
    /// <param name="options">The node's configuration.</param>
    /// <param name="name">The destination's name in it.</param>
    /// <param name="path">
    /// Which of the folders that <c>path</c> stands for, when there is a <c>*</c> in it; null: the one that it names.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="ConfigurationException">There is no such destination, or its kind needs no preparation.</exception>
    /// <exception cref="IOException">It is not there, belongs to another, or cannot be written.</exception>
    public static async Task<string> PrepareAsync(
        WandaOptions options, string name, string? path, TimeProvider time, CancellationToken cancellationToken)
    {
        var destination = options.Destinations.SingleOrDefault(d => d.Name == name)
            ?? throw new ConfigurationException([$"destinations: none is called '{name}'."]);
        using var store = Store(destination, path, time);
        try
        {
            using var volume = await store.OpenAsync(cancellationToken);
            await new StoreId(options.Node, name).WriteAsync(volume, store.Place, cancellationToken);
            return store.Place;
        }
        catch (DestinationDownException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static IFileStore Store(DestinationOptions destination, string? path, TimeProvider time) => destination.Kind switch
    {
        "folder" when (path ?? destination.Path!).Contains('*') => throw new ConfigurationException(
            [$"{destination.Name}: {destination.Path} stands for several folders. Name the one to prepare."]),
        "folder" => new FolderStore(new DestinationOptions { Name = destination.Name, Path = Path.GetFullPath(path ?? destination.Path!) }),
        "sftp" => new SftpStore(destination, time),
        var kind => throw new ConfigurationException([$"{destination.Name}: a destination of kind \"{kind}\" needs no preparation."]),
    };
}
