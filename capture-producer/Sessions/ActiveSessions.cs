using System.Collections.Concurrent;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.CaptureProducer;

/// <summary>
/// The sessions that this process is adding frames to. All others that are open have been left behind, by a crash or by noon.
/// </summary>
internal sealed class ActiveSessions(Catalogue catalogue, Announcer announcer)
{
    private readonly ConcurrentDictionary<SessionName, Func<bool>> _active = new();

    /// <summary>Whether more frames are expected. A session that is over by its own rule (noon) is not waited for.</summary>
    public bool Contains(SessionName name) => _active.TryGetValue(name, out var isOver) && !isOver();

    /// <summary>Opens a session, or opens it again.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">How it came to be.</param>
    /// <param name="isOver">When nobody expects more frames, although whoever opened it does not end it; null: he ends it.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public async Task OpenAsync(SessionName name, SessionKind kind, Func<bool>? isOver, CancellationToken cancellationToken)
    {
        if (_active.ContainsKey(name))
            return;
        await catalogue.Sessions.OpenAsync(name, kind, cancellationToken);
        _active[name] = isOver ?? (() => false);
    }

    /// <summary>Ends a session and says so; the archive is made from it. Ending it twice is harmless.</summary>
    public async Task EndAsync(SessionName name, CancellationToken cancellationToken)
    {
        _active.TryRemove(name, out _);
        await catalogue.Sessions.EndAsync(name, cancellationToken);
        var frames = await catalogue.Captures.NextNumberAsync(name, cancellationToken) - 1;
        // Not sent is not lost: the archive timer finds every session that ended after its newest archive.
        await announcer.TryPublishAsync(new SessionEnded { Session = name, Frames = frames });
    }
}
