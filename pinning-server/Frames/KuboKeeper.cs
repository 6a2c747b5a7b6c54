using Microsoft.Extensions.Logging;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// Keeps blocks in a daemon by pins of this server alone (<see cref="KuboOwnPin"/>): whoever else pins or unpins the same there takes
/// nothing of ours, nor we of his. Each is written down before it is made, and goes once no row wants it.
/// </summary>
internal sealed partial class KuboKeeper(
    KuboClient kubo, KuboIntake intake, KuboHealth health, KuboDurability durability, KuboPinTable pinned, ServerIdentity identity,
    ILogger<KuboKeeper> log)
{
    private const int MaxNameRunes = 60; // a name has 255 bytes at most

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // Held while a pin is taken from the daemon, so that nobody begins to want it meanwhile.
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<Cid, int> _onTheWay = [];

    /// <summary>
    /// Gives the daemon what it lacks of these blocks, reads each back, and sees to it that they are on its disk. Until the result is
    /// disposed they stay even though the pin has no row yet.
    /// </summary>
    /// <param name="pin">What they are kept for.</param>
    /// <param name="blocks">They, root first.</param>
    /// <param name="source">Where they are read from.</param>
    /// <param name="onReadBack">Called before the disk is flushed: what the source has is not needed any more.</param>
    /// <param name="cancellationToken">Stops it; then nothing was promised.</param>
    /// <exception cref="BlockNotFoundException">
    /// A block is missing in the source, or the daemon has it damaged and does not let go of it.
    /// </exception>
    /// <exception cref="RemoteException">The daemon does not do it.</exception>
    public async Task<IDisposable> KeepAsync(
        Pin pin, IReadOnlyList<BlockInfo> blocks, IBlockSource source, Action? onReadBack, CancellationToken cancellationToken)
    {
        var own = KuboOwnPin.Of($"{identity.PeerId} pinning-server", blocks.Select(b => b.Cid));
        var lease = await HoldAsync(own.Root, cancellationToken);
        try
        {
            var asked = await health.AskAsync(cancellationToken);
            // What it had before and does not find is asked for, each of it: it waits long for what it takes for known, and so finds out.
            if (!await pinned.AddAsync(own.Root, pin.Cid, pin.Scope, cancellationToken)
                && (await intake.ReadBackAsync(blocks.Take(1), cancellationToken)).Count > 0)
            {
                await intake.ReadBackAsync(blocks, cancellationToken);
            }

            await HealAsync(pin, own, blocks, source, cancellationToken);
            onReadBack?.Invoke();
            await durability.FlushAsync(asked, cancellationToken);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Takes away the pins that nobody wants. One that does not go holds up no other.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        foreach (var root in await pinned.UnwantedAsync(cancellationToken))
            await GoneAsync(root, () => DropAsync(root, cancellationToken));
        foreach (var cid in await pinned.FormerUnwantedAsync(cancellationToken))
            await GoneAsync(cid, () => DropFormerAsync(cid, cancellationToken));
    }

    private async Task GoneAsync(Cid cid, Func<Task> drop)
    {
        try
        {
            await drop();
        }
        catch (KuboException e)
        {
            NotUnpinned(cid.ToString(), e.Message);
        }
    }

    private async Task DropAsync(Cid root, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (IsOnTheWay(root) || !(await pinned.UnwantedAsync(cancellationToken)).Contains(root))
                return;
            await intake.DropAsync(root, cancellationToken);
            await pinned.RemoveAsync(root, cancellationToken);
            Unpinned(root.ToString());
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>One that has a name is somebody's: ours had none.</summary>
    private async Task DropFormerAsync(Cid cid, CancellationToken cancellationToken)
    {
        if (await kubo.Pins.FindAsync(cid, cancellationToken) is { } pin)
        {
            if (pin.Name is null)
                await kubo.Pins.RemoveAsync(cid, cancellationToken);
            else
                Others(cid.ToString(), pin.Name);
        }

        await pinned.RemoveFormerAsync(cid, cancellationToken);
    }

    /// <summary>What is damaged there may be kept by other pins of ours as well, which then go for the moment.</summary>
    private async Task HealAsync(
        Pin pin, KuboOwnPin own, IReadOnlyList<BlockInfo> blocks, IBlockSource source, CancellationToken cancellationToken)
    {
        string name = string.Concat((pin.Name ?? (pin.Session is null ? "wanda" : $"{pin.Session} {pin.Number}")).EnumerateRunes()
            .Take(MaxNameRunes));
        try
        {
            await intake.KeepAsync(own, name, blocks, source, cancellationToken);
        }
        catch (BlockNotFoundException e) when (e is { Damaged: true, InnerException: not RemoteException })
        {
            var also = await AlsoOursAsync(e.Cid, own.Root, cancellationToken);
            bool former = await pinned.IsFormerAsync(pin.Cid, cancellationToken)
                && await kubo.Pins.FindAsync(pin.Cid, cancellationToken) is { Name: null };
            if (also.Count == 0 && !former)
                throw;
            if (former)
                await kubo.Pins.RemoveAsync(pin.Cid, cancellationToken);
            foreach (var (root, _) in also)
                await kubo.Pins.RemoveAsync(root, cancellationToken);
            try
            {
                await intake.KeepAsync(own, name, blocks, source, cancellationToken);
            }
            finally
            {
                foreach (var (root, called) in also)
                    await PinAgainAsync(root, called);
            }
        }
    }

    private async Task<List<(Cid Root, string? Name)>> AlsoOursAsync(Cid block, Cid but, CancellationToken cancellationToken)
    {
        var ours = new List<(Cid, string?)>();
        foreach (var root in (await pinned.AllAsync(cancellationToken)).Select(o => o.Root).Distinct().Where(r => r != but))
        {
            if (await kubo.Pins.FindAsync(root, PinMode.Recursive, cancellationToken) is { } pin
                && (await Remains.ListAsync(kubo.Blocks, root, cancellationToken)).Any(c => c.Hash == block.Hash))
            {
                ours.Add((root, pin.Name));
            }
        }

        return ours;
    }

    private async Task PinAgainAsync(Cid root, string? name)
    {
        // Whoever waits may have gone; and where a block is missing, the daemon would wait for it without end.
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await kubo.Pins.AddAsync(root, PinMode.Recursive, name, patience.Token);
        }
        catch (Exception e) when (e is RemoteException or OperationCanceledException)
        {
            NotPinnedAgain(root.ToString(), e.Message);
        }
    }

    private async Task<IDisposable> HoldAsync(Cid root, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        lock (_lock)
            _onTheWay[root] = _onTheWay.GetValueOrDefault(root) + 1;
        _gate.Release();
        return new Lease(this, root);
    }

    private void LetGo(Cid root)
    {
        lock (_lock)
        {
            if (--_onTheWay[root] == 0)
                _onTheWay.Remove(root);
        }
    }

    private bool IsOnTheWay(Cid root)
    {
        lock (_lock)
            return _onTheWay.ContainsKey(root);
    }

    private sealed class Lease(KuboKeeper keeper, Cid root) : IDisposable
    {
        private KuboKeeper? _keeper = keeper;

        public void Dispose() => Interlocked.Exchange(ref _keeper, null)?.LetGo(root);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Nothing here needs the pin {Root} any more; it was taken from the daemon")]
    private partial void Unpinned(string root);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The daemon does not unpin {Root}, which is tried again: {Reason}")]
    private partial void NotUnpinned(string root, string reason);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The daemon's pin of {Cid} is called \"{Name}\", so somebody else has set it since, and it stays")]
    private partial void Others(string cid, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The pin {Root} is to be set again by the next maintenance: {Reason}")]
    private partial void NotPinnedAgain(string root, string reason);
}
