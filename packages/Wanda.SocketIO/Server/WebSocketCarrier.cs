using Wanda.SocketIO.Protocol;

namespace Wanda.SocketIO.Server;

/// <summary>Carries a session over a websocket, from its beginning or from where long-polling had it.</summary>
internal sealed class WebSocketCarrier(TextSocket line, Session session, TimeProvider time)
{
    /// <summary>How long a client may take for the move, and we for a goodbye.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task BeginAsync(string handshake)
    {
        await TryAsync(() => line.SendAsync(handshake, session.Closing)).ConfigureAwait(false);
        await CarryAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// The client asks whether the line works; told so, he stops polling, which an empty packet lets him, and says that he moved. One who
    /// does not keeps his session as it is.
    /// </summary>
    public async Task UpgradeAsync()
    {
        using var turn = session.Upgrading.TryEnter();
        if (turn is null || !session.Polls)
            return;
        using var patience = new CancellationTokenSource(Patience, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, session.Closing);
        try
        {
            if (await line.ReceiveAsync(waiting.Token).ConfigureAwait(false) != EngineIO.Ping + EngineIO.Probe)
                return;
            await line.SendAsync(EngineIO.Pong + EngineIO.Probe, waiting.Token).ConfigureAwait(false);
            session.Send($"{EngineIO.Noop}");
            if (await line.ReceiveAsync(waiting.Token).ConfigureAwait(false) != $"{EngineIO.Upgrade}")
                return;
        }
        catch (Exception e) when (e is SocketIOException or OperationCanceledException)
        {
            return;
        }

        session.Move();
        await CarryAsync().ConfigureAwait(false);
    }

    private async Task CarryAsync()
    {
        var writing = TryAsync(WriteAsync);
        try
        {
            await TryAsync(ReadAsync).ConfigureAwait(false);
        }
        finally
        {
            session.Close();
            await writing.ConfigureAwait(false);
            using var patience = new CancellationTokenSource(Patience, time);
            await line.CloseAsync(patience.Token).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync()
    {
        while (await line.ReceiveAsync(session.Closing).ConfigureAwait(false) is { } packet)
            await session.ReceiveAsync(packet).ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            foreach (var packet in await session.TakeAsync(session.Closing).ConfigureAwait(false))
                await line.SendAsync(packet, session.Closing).ConfigureAwait(false);
        }
    }

    /// <summary>Whatever the client did, his session ends with it and nothing else does.</summary>
    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketIOException || (e is OperationCanceledException && session.Closing.IsCancellationRequested))
        {
            session.Close();
        }
    }
}
