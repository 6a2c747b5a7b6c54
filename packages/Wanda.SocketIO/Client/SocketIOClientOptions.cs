namespace Wanda.SocketIO;

/// <summary>What a client puts up with.</summary>
public sealed record SocketIOClientOptions
{
    /// <summary>How long connecting may take. Default 10 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest message that is taken, in bytes. Default 1 MiB.</summary>
    public int MaxPayload { get; init; } = 1 << 20;

    /// <summary>Answers that may be waited for at a time. Default 32.</summary>
    public int MaxAsked { get; init; } = 32;
}
