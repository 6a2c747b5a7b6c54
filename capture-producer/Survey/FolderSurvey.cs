namespace Wanda.CaptureProducer.Survey;

/// <summary>What lies in a folder that somebody thinks of watching. Nothing was changed by looking.</summary>
public sealed record FolderSurvey
{
    /// <summary>The folder, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The preset of the program whose traces lie there; null when none does.</summary>
    public string? Preset { get; init; }

    /// <summary>Pictures, as far as names tell.</summary>
    public int Frames { get; init; }

    /// <summary>Videos, likewise.</summary>
    public int Videos { get; init; }

    /// <summary>What lies beside them: settings, logs.</summary>
    public int Sidecars { get; init; }

    /// <summary>Folders below it.</summary>
    public int Folders { get; init; }

    /// <summary>Bytes of pictures and videos: what "adopt" with "adoptExisting" would free in the end.</summary>
    public long Bytes { get; init; }

    /// <summary>The oldest file's time; null when there is none.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>The newest file's.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>Files and folders that could not be looked at by whoever asked.</summary>
    public int Unreadable { get; init; }

    /// <summary>Why whoever asked could remove no frame from the folder, or from one below it; null when nothing forbids it.</summary>
    public string? NotRemovable { get; init; }

    /// <summary>Whether there is more than <see cref="FolderSurveyor.MostFiles"/>: the figures are of so many.</summary>
    public bool HasMore { get; init; }

    /// <summary>How many files were read whole, spread over all of them.</summary>
    public int Sampled { get; init; }

    /// <summary>Of those, how many look cut off.</summary>
    public int SampledIncomplete { get; init; }

    /// <summary>Bytes a second at which the sample was read and hashed; 0 when nothing was.</summary>
    public double BytesPerSecond { get; init; }
}
