using System.Collections.Concurrent;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.CaptureProducer;

/// <summary>
/// The sessions that this process is adding frames to. All others that are open have been left behind, by a crash or by noon.
/// </summary>
internal sealed class ActiveSessions(Catalogue catalogue, Announcer announcer)
{
    // A session is not opened and ended at once: the frame that opened it would miss the archive that is made at its end.
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<SessionName, Active> _active = new();

    /// <summary>
    /// Whether more frames are expected, or one is on its way. A session that is over by its own rule (noon) is not waited for.
    /// </summary>
    public bool Contains(SessionName name) => _active.TryGetValue(name, out var active) && (active.Coming > 0 || !active.IsOver());

    /// <summary>Opens a session, or opens it again. Whoever opened it ends it.</summary>
    public Task OpenAsync(SessionName name, SessionKind kind, CancellationToken cancellationToken) =>
        OpenAsync(name, kind, static () => false, 0, cancellationToken);

    /// <summary>Saves a frame into a session that nobody ends in particular, and that is open for it.</summary>
    /// <param name="name">The session's name.</param>
    /// <param name="kind">How it came to be.</param>
    /// <param name="isOver">When nobody expects more frames.</param>
    /// <param name="save">Saves the frame.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task AddAsync(
        SessionName name, SessionKind kind, Func<bool> isOver, Func<CancellationToken, Task> save, CancellationToken cancellationToken)
    {
        await OpenAsync(name, kind, isOver, 1, cancellationToken);
        try
        {
            await save(cancellationToken);
        }
        finally
        {
            await _gate.WaitAsync(CancellationToken.None);
            if (_active.TryGetValue(name, out var active))
                _active[name] = active.With(-1);
            _gate.Release();
        }
    }

    /// <summary>Ends a session and says so; the archive is made from it. Ending it twice is harmless.</summary>
    public Task EndAsync(SessionName name, CancellationToken cancellationToken) =>
        EndIfAsync(name, () => Task.FromResult(true), cancellationToken);

    /// <summary>Ends a session that was left behind: no frame is expected, none is on its way, and none came lately.</summary>
    /// <returns>Whether it was ended.</returns>
    public Task<bool> EndIfLeftAsync(SessionName name, Func<Task<bool>> cameLately, CancellationToken cancellationToken) =>
        EndIfAsync(name, async () => !Contains(name) && !await cameLately(), cancellationToken);

    private async Task OpenAsync(
        SessionName name, SessionKind kind, Func<bool> isOver, int coming, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_active.TryGetValue(name, out var active))
            {
                await catalogue.Sessions.OpenAsync(name, kind, cancellationToken);
                active = new(isOver, 0);
            }

            _active[name] = active.With(coming);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<bool> EndIfAsync(SessionName name, Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!await condition())
                return false;
            _active.TryRemove(name, out _);
            await catalogue.Sessions.EndAsync(name, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }

        var frames = await catalogue.Captures.NextNumberAsync(name, cancellationToken) - 1;
        // Not sent is not lost: the archive timer finds every session that ended after its newest archive.
        await announcer.TryPublishAsync(new SessionEnded { Session = name, Frames = frames });
        return true;
    }

    /// <param name="IsOver">Whether nobody expects more frames.</param>
    /// <param name="Coming">Frames that are being saved.</param>
    private sealed record Active(Func<bool> IsOver, int Coming)
    {
        public Active With(int more) => this with { Coming = Coming + more };
    }
}
