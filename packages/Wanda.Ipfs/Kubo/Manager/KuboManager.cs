using System.Diagnostics;

namespace Wanda.Ipfs;

/// <summary>
/// Runs a Kubo daemon of its own: finds the program, makes the repository, keeps its configuration, starts it, asks it whether it is well,
/// starts it again when it ended, and ends it with us. A state machine: <see cref="RunAsync"/>, on a timer, takes the next step.
/// </summary>
/// <remarks>
/// One daemon a repository, whatever happens: a lock of ours keeps a second manager off, and Kubo's own keeps off any other daemon. A
/// daemon that outlived a killed manager is taken over by the next; one that somebody else runs, such as a unit of the system, is watched
/// and never ended. Linux alone: it finds processes in <c>/proc</c>.
/// </remarks>
/// <param name="options">How it is run.</param>
/// <param name="time">The clock.</param>
public sealed class KuboManager(KuboManagerOptions options, TimeProvider time) : IAsyncDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly ManagedRepository _repository = new(options.Repository);
    private readonly DaemonLog _log = new(Path.Combine(options.RunFolder, "daemon.log"), options.MaxLogBytes);
    private readonly KuboConfiguration _configuration = options.Effective;
    private readonly KuboBackoff _backoff = new(options.FirstWait);
    private readonly SemaphoreSlim _one = new(1);
    private FileStream? _lock;
    private DaemonProcess? _daemon;
    private KuboClient? _client;
    private string? _api;
    private long _startedAt;
    private long? _silentSince;
    private volatile bool _ends;

    /// <summary>What the last look found; during a step, the step.</summary>
    public KuboManagerState State { get; private set; } =
        new(KuboPhase.Absent, KuboTrouble.None, "Kubo was not looked for yet.", time.GetUtcNow());

    /// <summary>
    /// Takes the next step: starts the daemon, or looks how it is. What goes wrong is a state, not an error. Waits for a start until it
    /// answers or ends, for as long as <see cref="KuboManagerOptions.StartPatience"/> says.
    /// </summary>
    public async Task<KuboManagerState> RunAsync(CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_ends)
                await StepAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (KuboTroubleException e)
        {
            Enter(KuboPhase.Absent, e.Trouble, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            bool full = e is IOException && FreeBytes() < options.MinFreeBytes;
            Enter(KuboPhase.Absent, full ? KuboTrouble.StorageFull : KuboTrouble.Denied,
                full ? Full() : $"Kubo's files in {options.Repository} cannot be used: {e.Message}");
        }
        finally
        {
            _one.Release();
        }

        return State;
    }

    /// <summary>Ends the daemon, if it is ours, and gives the repository free. Nothing is started afterwards.</summary>
    /// <param name="cancellationToken">Stops waiting for it; the daemon was asked to end all the same.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        _ends = true;
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_daemon is { IsAlive: true })
                await EndAsync("Kubo is ended with the node.", cancellationToken).ConfigureAwait(false);
            Enter(KuboPhase.Absent, KuboTrouble.None, "Kubo was ended with the node.");
        }
        finally
        {
            CloseDoor();
            _daemon?.Dispose();
            _daemon = null;
            _lock?.Dispose();
            _lock = null;
            _one.Release();
        }
    }

    /// <summary>As <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            throw new KuboTroubleException(KuboTrouble.NotFound, "A Kubo is run by the node on Linux alone. Run it yourself: ipfs.kubo.url.");
        Lock();
        _log.Bound();
        if (_daemon is null && DaemonProcess.Find(options.Repository) is { } left)
            await TakeOverAsync(left, cancellationToken).ConfigureAwait(false);
        if (_daemon is null)
            await WithoutAsync(cancellationToken).ConfigureAwait(false);
        else if (_daemon.IsAlive)
            await LookAsync(cancellationToken).ConfigureAwait(false);
        else
            Ended();
    }

    /// <summary>A daemon that outlived a manager that was killed: it is kept when it runs as it should.</summary>
    private async Task TakeOverAsync(DaemonProcess left, CancellationToken cancellationToken)
    {
        _daemon = left;
        if (_repository.Exists && _configuration.Compare(_repository.Read()).Count == 0)
            return;
        await EndAsync("Kubo is started again with what the configuration says now.", cancellationToken).ConfigureAwait(false);
        left.Dispose();
        _daemon = null;
    }

    /// <summary>No daemon of ours runs.</summary>
    private async Task WithoutAsync(CancellationToken cancellationToken)
    {
        if (State is { Phase: KuboPhase.Backoff, RetryAt: { } at } && time.GetUtcNow() < at)
            return;
        if (await WatchAsync(cancellationToken).ConfigureAwait(false))
            return;
        if (options.IsUnits)
        {
            Enter(KuboPhase.Absent, KuboTrouble.UnitDown,
                "Kubo's unit does not run. Start it (systemctl start wanda-ipfs), and see journalctl -u wanda-ipfs.");
            return;
        }

        await StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether somebody else's daemon has the repository and answers.</summary>
    private async Task<bool> WatchAsync(CancellationToken cancellationToken)
    {
        if (Client() is not { } client)
            return false;
        try
        {
            string there = (await client.Repo.StatAsync(cancellationToken).ConfigureAwait(false)).Path;
            if (Path.GetFullPath(there) != Path.GetFullPath(options.Repository))
                return false; // another daemon got the port of one that was killed
        }
        catch (RemoteException)
        {
            return false;
        }

        await WellAsync(client, isWatched: true, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var program = await KuboProgram.FindAsync(options, cancellationToken).ConfigureAwait(false);
        if (FreeBytes() < options.MinFreeBytes)
            throw new KuboTroubleException(KuboTrouble.StorageFull, Full());
        if (!_repository.Exists)
            await _repository.InitAsync(program, options.Profile, _configuration, cancellationToken).ConfigureAwait(false);
        _repository.Require(program, options.Migrate);
        await _repository.WriteAsync(_configuration, cancellationToken).ConfigureAwait(false);
        await _repository.ClearAsync(cancellationToken).ConfigureAwait(false);
        CloseDoor();
        _log.Begin();
        var start = new ProcessStartInfo(program.Path, ["daemon", options.Migrate ? "--migrate=true" : "--migrate=false"]);
        KuboEnvironment.Set(start, options.Repository);
        start.Environment["GOMEMLIMIT"] = options.MemoryLimit;
        _daemon = DaemonProcess.Start(start, options.Repository, _log.Path);
        (_startedAt, _silentSince) = (time.GetTimestamp(), null);
        Enter(KuboPhase.Starting, KuboTrouble.None, $"Kubo {program.Text} starts.");
        while (!_ends && _daemon is { IsAlive: true } && State.Phase == KuboPhase.Starting)
        {
            await LookAsync(cancellationToken).ConfigureAwait(false);
            if (State.Phase == KuboPhase.Starting)
                await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }

        if (_daemon is { IsAlive: false })
            Ended();
    }

    /// <summary>A daemon of ours runs: is it well?</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Client() is { } client)
            {
                await WellAsync(client, isWatched: false, cancellationToken).ConfigureAwait(false);
                _silentSince = null;
                return;
            }
        }
        catch (RemoteException)
        {
            // It is given time; its process says whether it is still there.
        }

        long now = time.GetTimestamp();
        var silent = time.GetElapsedTime(_silentSince ??= now, now);
        bool starts = State.Phase == KuboPhase.Starting;
        if (starts && silent < options.StartPatience)
            return;
        Enter(KuboPhase.Degraded, KuboTrouble.NoAnswer, $"Kubo runs and does not answer. It is ended and started again when it is silent "
            + $"for {(options.SilentPatience).TotalSeconds:0} s.");
        if (silent < options.SilentPatience)
            return;
        await EndAsync("Kubo does not answer and is ended.", cancellationToken).ConfigureAwait(false);
        Ended();
    }

    /// <summary>A daemon answers: in which state is it?</summary>
    private async Task WellAsync(KuboClient client, bool isWatched, CancellationToken cancellationToken)
    {
        string version = await client.VersionAsync(cancellationToken).ConfigureAwait(false);
        string who = isWatched ? $"Kubo {version} answers; somebody else runs it, so it is only watched." : $"Kubo {version} answers.";
        var (trouble, reason) = KuboProgram.Parse(version) is not { } number || number < options.MinVersion
            ? (KuboTrouble.WrongVersion, $"{who} {options.MinVersion} or newer is needed: install it (wanda ipfs install).")
            : FreeBytes() < options.MinFreeBytes ? (KuboTrouble.StorageFull, Full()) : (KuboTrouble.None, who);
        try
        {
            if (trouble == KuboTrouble.None)
                await client.HealthAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (KuboException e)
        {
            (trouble, reason) = (KuboTrouble.Unhealthy, $"{who} It is not well: {e.Said}");
        }

        Enter(trouble == KuboTrouble.None ? KuboPhase.Ready : KuboPhase.Degraded, trouble, reason);
        State = State with { Version = version, IsWatched = isWatched };
    }

    /// <summary>Our daemon ended: says why, and when it is started again.</summary>
    private void Ended()
    {
        var (trouble, reason) = DaemonEnd.Of(_log.Tail(), options.Repository);
        if (State.Trouble == KuboTrouble.NoAnswer)
            (trouble, reason) = (KuboTrouble.NoAnswer, "Kubo did not answer and was ended.");
        else if (trouble == KuboTrouble.Ended && FreeBytes() < options.MinFreeBytes)
            (trouble, reason) = (KuboTrouble.StorageFull, Full());
        var wait = _backoff.Next(time.GetElapsedTime(_startedAt));
        _daemon!.Dispose();
        _daemon = null;
        CloseDoor();
        Enter(KuboPhase.Backoff, trouble, reason);
        State = State with { RetryAt = time.GetUtcNow() + wait };
    }

    private async Task EndAsync(string reason, CancellationToken cancellationToken)
    {
        var trouble = State.Trouble;
        Enter(KuboPhase.Stopping, trouble, reason);
        CloseDoor(); // an open stream would hold it for 30 s
        await _daemon!.EndAsync(options.StopPatience, time, cancellationToken).ConfigureAwait(false);
    }

    private void Enter(KuboPhase phase, KuboTrouble trouble, string reason) => State = new(phase, trouble, reason,
        (State.Phase, State.Trouble) == (phase, trouble) ? State.Since : time.GetUtcNow())
    {
        ProcessId = _daemon?.Id,
        Version = State.Version,
    };

    /// <summary>The lock that keeps a second manager off; it goes with the process, however that ends.</summary>
    private void Lock()
    {
        if (_lock is not null)
            return;
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(options.RunFolder, Private);
        try
        {
            _lock = new(Path.Combine(options.RunFolder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException) && FreeBytes() > 0)
        {
            throw new KuboTroubleException(KuboTrouble.Locked,
                $"Another process of ours runs the Kubo of {options.Repository}. One node a repository: give this one its own data folder.", e);
        }
    }

    /// <summary>A client of the daemon whose address stands in the repository now; null when none does.</summary>
    private KuboClient? Client()
    {
        if (_repository.Api is not { } api || !KuboAddress.IsValid(api, out _))
            return null; // or half written
        if (api == _api)
            return _client;
        CloseDoor();
        // It is asked often, and what it is asked is answered at once: what is away is asked again with the next step.
        _client = new(KuboAddress.Endpoint(api) with { Name = "Kubo", Patience = options.AnswerPatience, Tries = 1 }, time);
        _api = api;
        return _client;
    }

    private void CloseDoor()
    {
        _client?.Dispose();
        (_client, _api) = (null, null);
    }

    private long FreeBytes()
    {
        string? at = options.Repository;
        while (at is not null && !Directory.Exists(at))
            at = Path.GetDirectoryName(at);
        return at is null ? long.MaxValue : new DriveInfo(at).AvailableFreeSpace;
    }

    private string Full() => $"The disk of {options.Repository} is full: {FreeBytes() >> 20} MB are free, and {options.MinFreeBytes >> 20} MB "
        + "are needed. Free some room; it goes on by itself.";
}
