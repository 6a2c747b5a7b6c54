namespace Wanda.Ops;

/// <summary>What a release round would do now, and why.</summary>
public sealed record ReleasePreview
{
    /// <summary>The same in a sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Bytes that can still be written on the disk of the frames.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>Whether frames go for want of space.</summary>
    public required bool Draining { get; init; }

    /// <summary>Why nothing goes at all; null when something may.</summary>
    public string? Blocked { get; init; }

    /// <summary>What would go, in its order.</summary>
    public required IReadOnlyList<ReleaseLine> Goes { get; init; }

    /// <summary>What stays, by reason, most frames first.</summary>
    public required IReadOnlyList<HeldFrames> Stays { get; init; }
}

/// <summary>A frame that would go.</summary>
/// <param name="Frame">SESSION/NUMBER.</param>
/// <param name="SizeBytes">What that frees.</param>
/// <param name="Proofs">What opens the door: destinations and when they proved it.</param>
public sealed record ReleaseLine(string Frame, long SizeBytes, string Proofs);

/// <summary>Frames that stay for one reason.</summary>
/// <param name="Why">The reason.</param>
/// <param name="Frames">How many.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Example">One of them, SESSION/NUMBER.</param>
public sealed record HeldFrames(string Why, int Frames, long Bytes, string Example);
