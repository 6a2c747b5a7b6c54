using Wanda.SocketIO;

namespace Wanda.Ops.Live;

/// <summary>One of our namespaces. Everybody is taken in, whether or not the app is there.</summary>
/// <param name="name">Its name.</param>
/// <param name="hub">All of them.</param>
/// <param name="status">How the node is, told to who comes; null where that is not the namespace's.</param>
/// <param name="link">What leads to the app's namespace of that name; null where there is none.</param>
internal sealed class LiveNamespace(string name, LiveHub hub, LiveStatus? status, AppLink? link) : SocketIONamespace(name)
{
    public AppLink? Link => link;

    protected override async ValueTask JoinedAsync(SocketIOSocket socket, CancellationToken cancellationToken)
    {
        link?.Greet(socket);
        if (status is null)
            return;
        // Whoever knows how the node is misses nothing that happens after.
        await hub.FollowedAsync(cancellationToken);
        foreach (var what in await status.ReadAsync(cancellationToken))
            socket.Send(what);
        if (this == hub.Ipfs)
            socket.Send(await status.OwnAsync(cancellationToken));
    }

    protected override ValueTask CalledAsync(SocketIOCall call, CancellationToken cancellationToken)
    {
        link?.PassOn(call, cancellationToken);
        return ValueTask.CompletedTask;
    }
}
