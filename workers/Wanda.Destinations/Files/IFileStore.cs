using Wanda.Custody;

namespace Wanda.Destinations.Files;

/// <summary>A place that keeps files: a mounted folder, or a folder on another machine.</summary>
internal interface IFileStore : IDisposable
{
    /// <summary>Where it is, for messages; holds no secret.</summary>
    string Place { get; }

    /// <summary>Where it is and how it is read back, for proofs; holds no secret.</summary>
    string Endpoint { get; }

    /// <summary>Which machine an open volume of it is on, as that machine tells.</summary>
    Task<MachineJudgement> MachineAsync(IVolume volume, CancellationToken cancellationToken);

    /// <summary>The boot id of its kernel, as <see cref="MachineAsync"/> found it last; null where it was not told.</summary>
    Guid? Kernel { get; }

    /// <summary>Whether its address is of this machine.</summary>
    Task<bool> IsHereByAddressAsync(CancellationToken cancellationToken);

    /// <summary>How what was written there is put on its disk.</summary>
    Flushes Flushes { get; }

    /// <summary>Opens what is there now. Whether it is ours is told by its id file (<see cref="StoreId"/>).</summary>
    /// <exception cref="DestinationDownException">Nothing is there, or it does not answer.</exception>
    Task<IVolume> OpenAsync(CancellationToken cancellationToken);
}

/// <summary>
/// The files of a store, by paths below its root with <c>/</c> between names. Whatever is mounted over or taken away while one is open,
/// what is written goes to where it was opened or nowhere.
/// </summary>
internal interface IVolume : IDisposable
{
    /// <summary>Writes a file that is whole and on disk under its name when the task completes, or not there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a file to be read from its disk, past caches where that can be had; null when there is none. The stream can seek.
    /// </summary>
    /// <exception cref="IOException">It cannot be told, or not be read.</exception>
    Task<Stream?> ReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Deletes a file. One that is gone already is no error.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken);
}
