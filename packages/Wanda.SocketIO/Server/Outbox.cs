using System.Threading.Channels;

namespace Wanda.SocketIO.Server;

/// <summary>What waits for a reader, bounded in number and in characters.</summary>
internal sealed class Outbox(int maxCount, int maxCharacters)
{
    private readonly Channel<string> _packets = Channel.CreateBounded<string>(maxCount);
    private int _characters;

    /// <summary>False when the reader is too slow: it does not fit any more.</summary>
    public bool TryAdd(string packet)
    {
        if (Interlocked.Add(ref _characters, packet.Length) <= maxCharacters && _packets.Writer.TryWrite(packet))
            return true;
        Interlocked.Add(ref _characters, -packet.Length);
        return false;
    }

    /// <summary>Waits until there is something, and gives all there is.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(CancellationToken cancellationToken)
    {
        await _packets.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        List<string> taken = [];
        while (_packets.Reader.TryRead(out var packet))
        {
            Interlocked.Add(ref _characters, -packet.Length);
            taken.Add(packet);
        }

        return taken;
    }
}
