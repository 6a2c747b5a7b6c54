namespace Wanda.Catalog;

/// <summary>What a destination has room for, as it said. Its word: it opens no release and pauses nothing.</summary>
public sealed record RoomReport
{
    /// <summary>When it said so, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Bytes that it still takes from this node, those that it keeps free for our sessions included.</summary>
    public required long Bytes { get; init; }

    /// <summary>A session that it would not keep room for; null when there is none.</summary>
    public RoomRefusal? Refusal { get; init; }

    /// <summary>Sessions that room was asked for and that are not all there yet.</summary>
    public IReadOnlyList<string> Asked { get; init; } = [];
}

/// <summary>A destination would not keep room for a session.</summary>
/// <param name="Session">The session.</param>
/// <param name="Bytes">What it would take.</param>
/// <param name="Words">Why not, in the destination's words.</param>
public sealed record RoomRefusal(string Session, long Bytes, string Words);
