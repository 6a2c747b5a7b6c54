namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// How a datagram gets to another process on this machine. What is lost costs that process a polling interval, never a message.
/// </summary>
internal interface IPeerLink : IDisposable
{
    /// <summary>Takes a name and listens.</summary>
    /// <param name="received">Told what comes.</param>
    /// <returns>The name; null when none can be had, and others cannot wake this process.</returns>
    string? Listen(Action<ReadOnlySpan<byte>> received);

    /// <summary>Whether a name is of this kind.</summary>
    bool Knows(string address);

    /// <summary>Sends to whoever listens under a name; never blocks.</summary>
    /// <param name="address">The name.</param>
    /// <param name="datagram">What to send.</param>
    /// <param name="gone">Called when nobody listens there any more.</param>
    void Send(string address, byte[] datagram, Action<string> gone);
}
