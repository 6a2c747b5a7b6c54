namespace Wanda.Ops;

/// <summary>What lies in a folder whose files somebody thinks of taking. Times are UTC.</summary>
public sealed record FolderView
{
    /// <summary>The folder, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The preset of the program that wrote it, as far as its traces tell; null for none.</summary>
    public string? Preset { get; init; }

    /// <summary>Pictures, as far as names tell.</summary>
    public int Frames { get; init; }

    /// <summary>Videos, likewise.</summary>
    public int Videos { get; init; }

    /// <summary>What lies beside them: settings, logs.</summary>
    public int Sidecars { get; init; }

    /// <summary>Folders below it.</summary>
    public int Folders { get; init; }

    /// <summary>Bytes of pictures and videos.</summary>
    public long Bytes { get; init; }

    /// <summary>The oldest file's time; null when there is none.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>The newest file's.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>Files and folders that whoever looked may not read.</summary>
    public int Unreadable { get; init; }

    /// <summary>Whether there is more than was counted.</summary>
    public bool HasMore { get; init; }

    /// <summary>How many files were read whole, spread over all of them.</summary>
    public int Sampled { get; init; }

    /// <summary>Of those, how many look cut off.</summary>
    public int SampledIncomplete { get; init; }

    /// <summary>Bytes a second at which those were read; 0 when none was.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>The same in sentences, with how long it takes to read all of it.</summary>
    public IReadOnlyList<string> Words => FolderWords.Of(this);
}
