namespace Wanda.Ipfs;

/// <summary>
/// Keeps a Kubo daemon's pins equal to those of a <see cref="BlockStore"/>, whenever there is a daemon: what was pinned while it was away
/// is handed over when it comes back, and what is pinned no more is unpinned there. The store stays whole by itself, so nothing depends on
/// the daemon, and nothing is lost with it.
/// </summary>
/// <remarks>
/// Run <see cref="RunAsync"/> on a timer. What there is to do is the difference of two tables in one file, and every step may be done
/// twice, so a process may be killed anywhere. One process at a time may mirror a store. The daemon gets our blocks, never a file to import
/// as it likes.
/// </remarks>
/// <param name="store">What is mirrored; stays the caller's to dispose.</param>
/// <param name="client">The daemon; stays the caller's to dispose.</param>
/// <param name="time">The clock.</param>
/// <param name="options">Null for the defaults.</param>
public sealed class KuboMirror(BlockStore store, KuboClient client, TimeProvider time, KuboMirrorOptions? options = null) : IDisposable
{
    // A daemon whose disk is full refuses each of 20,000 frames after it was sent: three in a row are enough for one round.
    private const int MaxFailuresInARow = 3;

    private readonly KuboMirrorOptions _options = options ?? new();
    private readonly KuboIntake _intake = new(client);
    private readonly MirrorLedger _ledger = store.Index.Mirror;
    private readonly SemaphoreSlim _one = new(1);
    private readonly HashSet<Cid> _failed = []; // go last the next time
    private long? _comparedAt;
    private long? _collectedAt;
    private long? _lookedAt;
    private Queue<(Cid Cid, PinMode Mode)> _unseen = [];
    private bool _garbage;

    /// <summary>What the last round found.</summary>
    public KuboMirrorState State { get; private set; } = KuboMirrorState.Unknown;

    /// <summary>
    /// One round: looks for the daemon, gives it what waits, and unpins what is claimed no more. A daemon that is away is a state, not an
    /// error.
    /// </summary>
    /// <exception cref="IOException">The store's own index failed.</exception>
    public async Task<KuboMirrorState> RunAsync(CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string? problem = null;
            try
            {
                string version = await client.RequireAsync(_options.MinVersion, cancellationToken).ConfigureAwait(false);
                await CompareAsync(cancellationToken).ConfigureAwait(false);
                State = State with { Up = true, Reason = $"{client.Name} answers as version {version}." };
                // First what makes room, and each by itself: a frame that cannot be handed over keeps no other from being unpinned.
                problem = await EachAsync(await _ledger.UnclaimedAsync(cancellationToken).ConfigureAwait(false), UnpinAsync,
                    cancellationToken).ConfigureAwait(false);
                problem = await CollectAsync(cancellationToken).ConfigureAwait(false) ?? problem;
                problem = await LookAsync(cancellationToken).ConfigureAwait(false) ?? problem;
                var waiting = await _ledger.WaitingAsync(cancellationToken).ConfigureAwait(false);
                string? full = waiting.Count > 0 && _options.Room is { } room
                    ? await room(cancellationToken).ConfigureAwait(false)
                    : null;
                problem = full ?? await EachAsync(waiting, HandOverAsync, cancellationToken).ConfigureAwait(false) ?? problem;
            }
            catch (RemoteException e)
            {
                _comparedAt = null; // who comes back may be another, or have lost its store
                State = State with { Up = false, Reason = e.Message };
            }

            return State = State with
            {
                Waiting = (await _ledger.WaitingAsync(cancellationToken).ConfigureAwait(false)).Count,
                Problem = problem,
            };
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Returns when the daemon holds every pin of an owner, for callers who count nothing as kept before.</summary>
    /// <exception cref="RemoteException">The daemon is away, too old, or does not take it.</exception>
    /// <exception cref="CidDisagreementException">The daemon computes another CID.</exception>
    /// <exception cref="BlockNotFoundException">A block is missing here.</exception>
    public async Task ConfirmAsync(string owner, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await client.RequireAsync(_options.MinVersion, cancellationToken).ConfigureAwait(false);
            await CompareAsync(cancellationToken).ConfigureAwait(false);
            foreach (var pin in await store.PinsAsync(owner, cancellationToken: cancellationToken).ConfigureAwait(false))
                await HandOverAsync(pin.Cid, pin.Mode, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Frees what it waits with; the store and the client stay open.</summary>
    public void Dispose() => _one.Dispose();

    /// <summary>Believes no ledger about a daemon that was away: its store may be new, or somebody may have unpinned.</summary>
    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        if (_comparedAt is { } last && time.GetElapsedTime(last) < _options.CompareEvery)
            return;
        var there = new HashSet<(Multihash, PinMode)>();
        await foreach (var pin in client.Pins.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            there.Add((pin.Cid.Hash, pin.Mode));
        var lost = (await _ledger.ConfirmedAsync(cancellationToken).ConfigureAwait(false))
            .Where(p => !there.Contains((p.Cid.Hash, PinMode.Recursive)) && !there.Contains((p.Cid.Hash, p.Mode)))
            .Select(p => p.Cid).ToList();
        if (lost.Count > 0)
            await _ledger.LostAsync(lost, cancellationToken).ConfigureAwait(false);
        _comparedAt = time.GetTimestamp();
    }

    /// <summary>One CID that cannot be handed over holds up no other.</summary>
    /// <returns>What the first met that did not go; null when all went.</returns>
    private async Task<string?> EachAsync(
        IEnumerable<(Cid Cid, PinMode Mode)> all, Func<Cid, PinMode, CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        string? first = null;
        int inARow = 0;
        foreach (var (cid, mode) in all.OrderBy(w => _failed.Contains(w.Cid)))
        {
            try
            {
                await step(cid, mode, cancellationToken).ConfigureAwait(false);
                _failed.Remove(cid);
                inARow = 0;
            }
            catch (Exception e) when (e is IOException or FormatException or NotSupportedException)
            {
                _failed.Add(cid);
                if (e is RemoteException { Failure: RemoteFailure.Unavailable or RemoteFailure.Denied })
                    throw;
                first ??= e.Message;
                if (++inARow == MaxFailuresInARow)
                    break;
            }
        }

        return first;
    }

    private async Task HandOverAsync(Cid cid, PinMode mode, CancellationToken cancellationToken)
    {
        var entry = await _ledger.FindAsync(cid, cancellationToken).ConfigureAwait(false);
        if (entry is { Confirmed: true } given && given.Mode <= mode)
            return;
        // A pin that is there already was ours before a crash, or is somebody's; either way nothing needs to be sent.
        var there = await client.Pins.FindAsync(cid, PinMode.Recursive, cancellationToken).ConfigureAwait(false)
            ?? (mode == PinMode.Direct ? await client.Pins.FindAsync(cid, PinMode.Direct, cancellationToken).ConfigureAwait(false) : null);
        bool ours = entry?.Ours ?? (there is null || !_options.Shared);
        if (there is null)
            await _ledger.SaveAsync(cid, mode, ours, confirmed: false, cancellationToken).ConfigureAwait(false);
        await _intake.PinAsync(cid, mode, ours || there is null, await BlocksAsync(cid, mode, cancellationToken).ConfigureAwait(false),
            store, cancellationToken).ConfigureAwait(false);
        if (ours && (await store.PinsAsync(cid: cid, cancellationToken: cancellationToken).ConfigureAwait(false)) is [var pin, ..]
            && await _options.NameOf(pin.Owner, cancellationToken).ConfigureAwait(false) is { } name && there?.Name != name)
        {
            await client.Pins.AddAsync(cid, there?.Mode ?? mode, name, cancellationToken).ConfigureAwait(false);
        }

        await _ledger.SaveAsync(cid, there?.Mode ?? mode, ours, confirmed: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<BlockInfo>> BlocksAsync(Cid cid, PinMode mode, CancellationToken cancellationToken)
    {
        if (mode == PinMode.Direct)
        {
            return [new(cid, await store.FindAsync(cid, cancellationToken).ConfigureAwait(false)
                ?? throw new BlockNotFoundException(cid, $"it is not in {store.Root}."))];
        }

        try
        {
            return await store.ListAsync(cid, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (BlockNotFoundException e)
        {
            // Read, it says what became of the file that it was part of.
            await store.ReadAsync(e.Cid, new byte[Block.MaxBytes], cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads back some of what was confirmed, in turn: what is lost or damaged since waits again.</summary>
    /// <returns>What was found of the first; null when all is well.</returns>
    private async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        if (_lookedAt is { } last && time.GetElapsedTime(last) < _options.ReadBackEvery)
            return null;
        _lookedAt = time.GetTimestamp();
        if (_unseen.Count == 0)
            _unseen = new(await _ledger.ConfirmedAsync(cancellationToken).ConfigureAwait(false));
        for (long bytes = 0; bytes < _options.ReadBackBytes && _unseen.TryDequeue(out var next);)
        {
            if (await _ledger.FindAsync(next.Cid, cancellationToken).ConfigureAwait(false) is not { Confirmed: true })
                continue;
            IReadOnlyList<BlockInfo> blocks;
            try
            {
                blocks = await BlocksAsync(next.Cid, next.Mode, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is BlockNotFoundException or DagFormatException)
            {
                continue; // released here meanwhile, or broken here, which the store's own verification tells
            }

            bytes += blocks.Sum(b => (long)b.Length);
            var bad = await _intake.ReadBackAsync(blocks, cancellationToken).ConfigureAwait(false);
            if (bad.Count == 0)
                continue;
            await _ledger.WaitsAsync(next.Cid, cancellationToken).ConfigureAwait(false);
            _comparedAt = null; // there may be more
            await CompareAsync(cancellationToken).ConfigureAwait(false);
            return $"{client.Name} has lost or damaged {bad.Count} of {blocks.Count} blocks of {next.Cid}; they are sent again.";
        }

        return null;
    }

    private async Task UnpinAsync(Cid cid, PinMode mode, CancellationToken cancellationToken)
    {
        if (await _ledger.FindAsync(cid, cancellationToken).ConfigureAwait(false) is { Ours: true })
            _garbage |= await client.Pins.RemoveAsync(cid, cancellationToken).ConfigureAwait(false);
        await _ledger.RemoveAsync(cid, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Why nothing was collected; null when it was, or need not be.</returns>
    private async Task<string?> CollectAsync(CancellationToken cancellationToken)
    {
        if (_options.Shared || !_garbage || (_collectedAt is { } last && time.GetElapsedTime(last) < _options.CollectEvery))
            return null;
        _collectedAt = time.GetTimestamp();
        try
        {
            await client.Repo.CollectAsync(cancellationToken).ConfigureAwait(false);
            _garbage = false;
            return null;
        }
        catch (KuboException e)
        {
            return e.Message; // a pin of it lacks a node: what waits is handed over all the same
        }
    }
}
