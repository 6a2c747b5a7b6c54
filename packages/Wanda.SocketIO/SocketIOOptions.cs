namespace Wanda.SocketIO;

/// <summary>What a server allows. Whoever breaks a bound loses his session, and nobody else notices.</summary>
public sealed record SocketIOOptions
{
    /// <summary>How often a client is asked whether it is there. Default 25 seconds.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long it may take to answer. Default 20 seconds.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The longest message that is taken, in bytes. Default 64 KiB.</summary>
    public int MaxPayload { get; init; } = 64 << 10;

    /// <summary>Sessions at a time; the next is told to come later. Default 64.</summary>
    public int MaxSessions { get; init; } = 64;

    /// <summary>Namespaces that one session may join. Default 8.</summary>
    public int MaxNamespaces { get; init; } = 8;

    /// <summary>Messages that wait for a slow reader. Default 1,024.</summary>
    public int MaxQueued { get; init; } = 1024;

    /// <summary>Their characters together. Default 1 Mi.</summary>
    public int MaxQueuedCharacters { get; init; } = 1 << 20;

    /// <summary>Messages a second that one session may send for long; ten times as many at once. Default 20.</summary>
    public int MaxPerSecond { get; init; } = 20;
}
