using System.Collections.Concurrent;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer;

/// <summary>
/// The sessions that this process is adding frames to. All others that are open have been left behind, by a crash or by noon.
/// </summary>
internal sealed class ActiveSessions(Catalogue catalogue, StorageRoot root, Announcer announcer)
{
    // A session is not opened and ended at once: the frame that opened it would miss the archive that is made at its end.
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<SessionName, Active> _active = new();
    private readonly ConcurrentDictionary<SessionName, bool> _numbered = new();

    /// <summary>The next free number in a session, from 1.</summary>
    public async Task<int> NextNumberAsync(SessionName name, CancellationToken cancellationToken)
    {
        await LookAsync(name, cancellationToken);
        return await catalogue.Captures.NextNumberAsync(name, cancellationToken);
    }

    /// <summary>Opens a session, or opens it again. Whoever opened it ends it.</summary>
    public Task OpenAsync(SessionName name, SessionKind kind, CancellationToken cancellationToken) =>
        OpenAsync(name, kind, static () => false, coming: false, cancellationToken);

    /// <summary>Saves a frame into a session that nobody ends in particular, and that is open for it.</summary>
    /// <param name="name">The session's name.</param>
    /// <param name="kind">How it came to be.</param>
    /// <param name="isOver">When nobody expects more frames.</param>
    /// <param name="save">Saves the frame.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task AddAsync(
        SessionName name, SessionKind kind, Func<bool> isOver, Func<CancellationToken, Task> save, CancellationToken cancellationToken)
    {
        var active = await OpenAsync(name, kind, isOver, coming: true, cancellationToken);
        try
        {
            await save(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref active.Coming);
        }
    }

    /// <summary>Ends a session and says so; the archive is made from it. Ending it twice is harmless.</summary>
    public Task EndAsync(SessionName name, CancellationToken cancellationToken) =>
        EndIfAsync(name, () => Task.FromResult(true), cancellationToken);

    /// <summary>Ends a session that was left behind: no frame is expected, none is on its way, and none came lately.</summary>
    /// <returns>Whether it was ended.</returns>
    public Task<bool> EndIfLeftAsync(SessionName name, Func<Task<bool>> cameLately, CancellationToken cancellationToken) =>
        EndIfAsync(
            name, async () => _active.GetValueOrDefault(name) is not { IsExpecting: true } && !await cameLately(), cancellationToken);

    private async Task<Active> OpenAsync(
        SessionName name, SessionKind kind, Func<bool> isOver, bool coming, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_active.TryGetValue(name, out var active))
            {
                await LookAsync(name, cancellationToken);
                await catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(name, kind), cancellationToken);
                _active[name] = active = new(isOver);
            }

            if (coming)
                Interlocked.Increment(ref active.Coming);
            return active;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Once a process: what its folder tells of numbers that nobody else knows.</summary>
    private async Task LookAsync(SessionName name, CancellationToken cancellationToken)
    {
        if (_numbered.ContainsKey(name))
            return;
        await SessionNumbers.TakeAsync(catalogue, root, name, cancellationToken);
        _numbered[name] = true;
    }

    private async Task<bool> EndIfAsync(SessionName name, Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!await condition())
                return false;
            _active.TryRemove(name, out _);
            await catalogue.Ledger.ApplyAsync(new Fact.SessionEnded(name), cancellationToken);
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

    /// <summary>A session from its opening to its end.</summary>
    private sealed class Active(Func<bool> isOver)
    {
        /// <summary>Frames that are being saved.</summary>
        public int Coming;

        /// <summary>Whether a frame is on its way, or more will come. One that is over by its own rule (noon) is not waited for.</summary>
        public bool IsExpecting => Volatile.Read(ref Coming) > 0 || !isOver();
    }
}
