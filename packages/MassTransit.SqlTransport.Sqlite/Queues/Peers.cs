using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Wakes the receivers of other processes, whose names lie in the file; a name that nobody answers to is removed. Where nobody can be woken
/// receivers find messages by polling.
/// </summary>
internal sealed class Peers : IDisposable
{
    /// <summary>The longest datagram: more queues than fit in wake everybody.</summary>
    public const int MostBytes = 512 * sizeof(long);

    private const long Every = -1;

    private readonly Action<string> _forget;
    private readonly Action<long> _wake;
    private readonly Action _wakeAll;
    private readonly IPeerLink? _link;

    public Peers(Action<long> wake, Action wakeAll, Action<string> forget)
    {
        _wake = wake;
        _wakeAll = wakeAll;
        _forget = forget;
        _link = Open();
    }

    /// <summary>The datagram that wakes every receiver.</summary>
    public static byte[] Everything { get; } = Encode([Every]);

    /// <summary>The name that others wake this process by; null while it does not listen.</summary>
    public string? Address { get; private set; }

    /// <summary>Takes a name and listens. Does nothing where that cannot be done, and when it listens already.</summary>
    public void Listen()
    {
        try
        {
            Address ??= _link?.Listen(Decode);
        }
        catch (Exception error) when (IsLackOf(error))
        {
            // Too many open files: then by polling.
        }
    }

    /// <summary>Tells every other process that listens. Called on the writer thread after a commit; never blocks.</summary>
    public void Tell(SqliteConnection connection, long[] queues)
    {
        if (_link is null)
            return;
        byte[]? datagram = null;
        var listeners = connection.Statement(Sql.Listeners);
        while (listeners.Step())
        {
            var address = listeners.Text(0)!;
            if (address != Address && _link.Knows(address))
                _link.Send(address, datagram ??= queues.Length * sizeof(long) > MostBytes ? Everything : Encode(queues), _forget);
        }
    }

    public void Dispose() => _link?.Dispose();

    private static IPeerLink? Open()
    {
        try
        {
            return Portability.Is(Portability.OnlyPolling) ? null
                : OperatingSystem.IsLinux() && !Portability.Is(Portability.OnlyPortable) ? new SocketLink()
                : new PipeLink();
        }
        catch (Exception error) when (IsLackOf(error))
        {
            return null;
        }
    }

    private static bool IsLackOf(Exception error) => error is SocketException or IOException or UnauthorizedAccessException;

    private static byte[] Encode(long[] queues)
    {
        var bytes = new byte[queues.Length * sizeof(long)];
        for (var i = 0; i < queues.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), queues[i]);
        return bytes;
    }

    private void Decode(ReadOnlySpan<byte> datagram)
    {
        for (; datagram.Length >= sizeof(long); datagram = datagram[sizeof(long)..])
        {
            var queue = BinaryPrimitives.ReadInt64LittleEndian(datagram);
            if (queue == Every)
                _wakeAll();
            else
                _wake(queue);
        }
    }
}
