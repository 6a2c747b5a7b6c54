using Wanda.Contracts;

namespace Wanda.CaptureProducer;

/// <summary>A frame on its way in.</summary>
internal sealed record NewFrame
{
    public required SessionName Session { get; init; }

    /// <summary>Its number in the session; 0 takes the next free one.</summary>
    public int Number { get; init; }

    /// <summary>The name its user will know; the file on disk gets a suffix where the session has one of that name already.</summary>
    public required string FileName { get; init; }

    /// <summary>The camera or watched folder it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>For a watched file: what tells it from others and from later versions of itself.</summary>
    public string? SourceKey { get; init; }

    /// <summary>Writes the frame's bytes into the file, and tells what is known of it.</summary>
    public required Func<FileStream, CancellationToken, Task<FrameFacts>> Write { get; init; }
}

/// <summary>What is known of a frame once its bytes are written.</summary>
/// <param name="Sha256">Of all its bytes, lower-case hex.</param>
/// <param name="TakenAt">When the exposure began, UTC; null where nothing says so.</param>
/// <param name="Metadata">Exposure, gain, filter, ... as a JSON object.</param>
internal sealed record FrameFacts(string Sha256, DateTimeOffset? TakenAt, string Metadata = "{}");
