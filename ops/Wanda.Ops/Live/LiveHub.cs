using Microsoft.Extensions.Logging;
using Wanda.Hosting;
using Wanda.SocketIO;

namespace Wanda.Ops.Live;

/// <summary>The namespaces of our Socket.IO endpoint, and who is in them.</summary>
internal sealed class LiveHub : IDisposable
{
    /// <summary>Who is in one of these hears of our uploads; who controls the mount does not.</summary>
    private readonly LiveNamespace[] _ours;
    private readonly LiveNamespace _mount;

    private TaskCompletionSource _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LiveHub(WandaOptions options, LiveStatus status, TimeProvider time, ILoggerFactory logs)
    {
        var app = (options.Events.Relay ?? options.Ops.App) is { } relay ? new Uri(relay) : null;
        Camera = new("/ws/camera", this, status, Link("camera"));
        Session = new("/ws/session", this, status, Link("session"));
        Ipfs = new("/ws/ipfs", this, status, null);
        // Always taken in: the page enables its mount's buttons for as long as it is connected.
        _mount = new("/ws/mount", this, null, Link("mount"));
        _ours = [Camera, Session, Ipfs];
        Links = [.. new[] { Camera, Session, _mount }.Select(n => n.Link).OfType<AppLink>()];
        Server = new(_ours.Append(_mount), time: time);

        AppLink? Link(string part) => app is null ? null : new(app, part, time, logs.CreateLogger<AppLink>());
    }

    /// <summary>What the app's camera tells, and how uploads go.</summary>
    public LiveNamespace Camera { get; }

    /// <summary>What the app's sessions tell, and how ours are secured.</summary>
    public LiveNamespace Session { get; }

    /// <summary>How the node is.</summary>
    public LiveNamespace Ipfs { get; }

    /// <summary>What leads to the app; none without one.</summary>
    public IReadOnlyList<AppLink> Links { get; }

    public SocketIOServer Server { get; }

    public bool IsHeard => _ours.Any(n => n.Count > 0);

    /// <summary>The pages that a link is for.</summary>
    public LiveNamespace Of(AppLink link) => _ours.Append(_mount).Single(n => n.Link == link);

    /// <summary>Tells all who hear of the node.</summary>
    public void Broadcast(SocketIOEvent what)
    {
        foreach (var one in _ours)
            one.Broadcast(what);
    }

    /// <summary>Tells of an upload: all of it beside the camera, how far it is to who listens to the node alone as well.</summary>
    public void TellOfUpload(SocketIOEvent what)
    {
        Camera.Broadcast(what);
        if (what.Name == UploadProgress.Event)
            Ipfs.Broadcast(what);
    }

    /// <summary>Ends when somebody hears of the node.</summary>
    public async Task HeardAsync(CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await await Task.WhenAny(_ours.Select(n => n.SomebodyAsync(done.Token)));
        await done.CancelAsync();
    }

    /// <summary>Ends when the catalogue is followed: nothing that happens from then on is missed.</summary>
    public Task FollowedAsync(CancellationToken cancellationToken) => Volatile.Read(ref _followed).Task.WaitAsync(cancellationToken);

    public void Follows() => _followed.TrySetResult();

    public void FollowsNoMore() => Volatile.Write(ref _followed, new(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Dispose()
    {
        Server.Dispose();
        foreach (var link in Links)
            link.Dispose();
    }
}
