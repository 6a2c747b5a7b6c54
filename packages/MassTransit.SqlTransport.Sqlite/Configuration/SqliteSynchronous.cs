namespace MassTransit;

/// <summary>How carefully the SQLite transport writes.</summary>
public enum SqliteSynchronous
{
    /// <summary>A send, publish or acknowledgement that has completed has been fsynced and survives a power cut. The default.</summary>
    Full,

    /// <summary>
    /// Nothing waits for the disk. A killed process loses nothing, but a power cut may undo the last seconds: sent messages vanish,
    /// acknowledged ones come again. The file is never damaged.
    /// </summary>
    Normal,
}
