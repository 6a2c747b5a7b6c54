using Wanda.CaptureProducer.Folders;
using Wanda.Contracts;

namespace Wanda.CaptureProducer;

/// <summary>
/// A frame that lies where its program wrote it, held open: whatever becomes of its name, its bytes can be read here. Under a read lease
/// who wants to write to it waits until the guard is given up.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="lease">Its lease; null where none is to be had, and the bytes are to be copied at once.</param>
internal sealed class Guard(OpenedFile file, ReadLease? lease) : IDisposable
{
    private int _taken;
    private bool _handed;

    /// <summary>The frame; set once it has a row.</summary>
    public CaptureId Id { get; set; }

    /// <summary>The file.</summary>
    public OpenedFile File => file;

    /// <summary>Where it lies.</summary>
    public required string Path { get; set; }

    /// <summary>How many bytes it has.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Whether a program waits to write to it, or did not wait any longer.</summary>
    public bool IsWanted => lease?.IsWanted != false;

    /// <summary>Whoever copies it does so alone; given back with <see cref="Leave"/>.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    /// <inheritdoc cref="TryTake"/>
    public void Leave() => Volatile.Write(ref _taken, 0);

    /// <summary>The same for somebody else, who gives it up.</summary>
    public Guard Handed()
    {
        _handed = true;
        return new Guard(file, lease) { Id = Id, Path = Path, SizeBytes = SizeBytes };
    }

    public void Dispose()
    {
        if (_handed)
            return;
        lease?.Dispose();
        file.Dispose();
    }
}
