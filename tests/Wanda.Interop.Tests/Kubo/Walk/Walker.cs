namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>Does at random what happens to nodes, daemons and their disks.</summary>
internal sealed class Walker(WalkWorld world, WalkLaws laws, Random random)
{
    private const int CutEvery = 50;
    private const int KillEvery = 10;
    private const int MostFrames = 120;

    private readonly Dictionary<string, int> _done = [];
    private readonly HashSet<(WalkKubo Kubo, string Cid)> _strangers = [];
    private readonly List<Task> _asked = [];
    private int _startsWhenEdited;

    /// <summary>The frames that were written: their names.</summary>
    public HashSet<string> Written { get; } = [];

    public string Counts => string.Join(", ", _done.OrderBy(d => d.Key).Select(d => $"{d.Key} {d.Value}"));

    /// <summary>Walks.</summary>
    public async Task RunAsync(int operations)
    {
        var (kill, cut) = (0, 0);
        for (var n = 0; n < operations; n++)
        {
            (kill, cut) = (n % KillEvery == 0 ? random.Next(KillEvery) : kill, n % CutEvery == 0 ? random.Next(10, CutEvery) : cut);
            await StepAsync(n % CutEvery == cut ? Do("power cut", CutAsync)
                : n % KillEvery == kill ? Do("kill", KillAsync)
                : Any());
            await WaitAsync(random.Next(20, 350));
        }
    }

    /// <summary>Returns when all that strangers asked for is answered, or given up.</summary>
    public Task AnsweredAsync() => Task.WhenAll(_asked);

    /// <summary>
    /// Strangers unpin what they pinned: a block that is damaged below a pin of theirs cannot be mended before. To be repeated, for a
    /// daemon that was just killed hears nothing.
    /// </summary>
    public async Task LetGoAsync()
    {
        foreach (var (kubo, cid) in _strangers)
            await kubo.AskAsync($"pin/rm?arg={cid}&timeout=5s");
    }

    /// <summary>A step of the episode in which the first Kubo does not flush, or is to be started again before it is believed.</summary>
    public async Task RestoreAsync()
    {
        if (!world.First.IsSynced)
        {
            // Edited back before anybody asked and running as it was started, nothing can be told: as docs say.
            if (world.Node.Sighting() is null || world.FirstProcess.Starts == _startsWhenEdited)
                world.First.IsSynced = true;
        }
        else if (world.Node.Sighting() is { Length: > 0 } && world.FirstProcess.IsUp)
        {
            await world.FirstProcess.StopAsync();
            world.FirstProcess.Start();
        }
    }

    /// <summary>Damages both copies of a frame that is not here any more, the one whose proof is to be renewed soonest.</summary>
    public async Task LoseAsync()
    {
        var (proofs, now) = (world.Node.Proofs(), TimeProvider.System.GetUtcNow());
        var ends = (WalkFrame frame) => world.Kubos.Min(k =>
            proofs.TryGetValue((k.Name, frame.Id), out var proof) && !laws.IsOurs(k.Name, frame, proof) ? proof.ExpiresAt : default);
        var frame = world.Node.Frames().Where(f => !f.IsHere && !f.IsDiscarded && ends(f) > now).MinBy(ends);
        foreach (var kubo in frame is null ? [] : world.Kubos)
            await DamageAsync(kubo, frame!);
    }

    /// <summary>Writes one more.</summary>
    public async Task WriteAsync()
    {
        var name = $"L_{Written.Count + 1:00000}.fits";
        Written.Add(name);
        await world.Node.WriteAsync(name, random);
    }

    private async Task StepAsync((string Name, Func<Task> Does) operation)
    {
        _done[operation.Name] = _done.GetValueOrDefault(operation.Name) + 1;
        await operation.Does();
        if (random.Next(3) == 0)
            await RestoreAsync();
        foreach (var daemon in world.All)
            daemon.MustRun();
        await laws.LookAsync();
    }

    private (string, Func<Task>) Any() => random.Next(100) switch
    {
        < 42 => Do("frame", WriteAsync),
        < 48 => Do("hold", HoldAsync),
        < 52 => Do("restart", RestartAsync),
        < 59 => Do("gc", () => AskAsync(_ => "repo/gc?silent=true&timeout=10s")),
        < 66 => Do("stranger's pin", () => AskAsync(PinOf)),
        < 72 => Do("stranger's unpin", () => AskAsync(UnpinOf)),
        < 86 => Do("damage", DamageAsync),
        < 90 => Do("edit", EditAsync),
        < 94 => Do("discard", DiscardAsync),
        _ => Do("pause", () => WaitAsync(random.Next(1000))),
    };

    private static (string, Func<Task>) Do(string name, Func<Task> does) => (name, does);

    private static Task WaitAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);

    private T One<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    private async Task CutAsync()
    {
        foreach (var daemon in world.OnHub)
            await daemon.ReadyAsync();
        for (var n = random.Next(3); n >= 0; n--)
            await WriteAsync(); // so that they are being sent
        await WaitAsync(random.Next(200, 2500));
        await laws.CutAsync();
    }

    private async Task KillAsync()
    {
        var victims = random.Next(100) < 15 ? world.All : [One(world.All)];
        foreach (var victim in victims)
            await victim.KillAsync();
        await WaitAsync(random.Next(100) < 60 ? 0 : random.Next(1500));
        foreach (var victim in victims)
            Start(victim);
    }

    private async Task RestartAsync()
    {
        var victim = One(world.All);
        await victim.ReadyAsync();
        await victim.StopAsync();
        Start(victim);
    }

    private void Start(Daemon daemon)
    {
        world.Release = random.Next(2) == 0 ? "never" : "proven";
        daemon.Start();
    }

    private async Task HoldAsync()
    {
        var (held, from) = (One(world.All), TimeProvider.System.GetUtcNow());
        await held.HoldAsync();
        await WaitAsync(random.Next(300, 2500));
        await held.LetGoAsync();
        laws.Held(from);
    }

    /// <summary>Somebody else uses these Kubos too. What comes of it is not waited for: some requests hang.</summary>
    private Task AskAsync(Func<WalkKubo, string?> request)
    {
        var kubo = One(world.Kubos);
        _asked.RemoveAll(a => a.IsCompleted);
        if (request(kubo) is { } asked)
            _asked.Add(kubo.AskAsync(asked));
        return Task.CompletedTask;
    }

    private string? PinOf(WalkKubo kubo)
    {
        if (world.Node.Frames().Where(f => f.Cid is not null).ToList() is not { Count: > 0 } frames)
            return null;
        var cid = One(frames).Cid!;
        _strangers.Add((kubo, cid));
        return $"pin/add?arg={cid}&name=theirs&timeout=5s";
    }

    private string? UnpinOf(WalkKubo kubo)
    {
        if (world.Node.Frames().Where(f => f.Cid is not null).ToList() is not { Count: > 0 } frames)
            return null;
        var theirs = _strangers.Where(s => s.Kubo == kubo).Select(s => s.Cid).ToList();
        return $"pin/rm?arg={(theirs.Count > 0 && random.Next(2) == 0 ? One(theirs) : One(frames).Cid)}";
    }

    private async Task DamageAsync()
    {
        var (kubo, proofs) = (One(world.Kubos), world.Node.Proofs());
        // Now and then both copies of a frame, which is lost then unless the node has it.
        var both = random.Next(8) == 0;
        var frames = world.Node.Frames().Where(f => f is { IsDiscarded: false, Cid: not null } && proofs.ContainsKey((kubo.Name, f.Id))
            && !laws.Damages.Any(d => d.IsOpen && d.Frame.Id == f.Id && (d.Kubo == kubo || !both))).ToList();
        if (frames.Count == 0)
            return;
        await DamageAsync(kubo, One(frames));
    }

    private async Task DamageAsync(WalkKubo kubo, WalkFrame frame)
    {
        if (await kubo.BlocksAsync(frame.Cid!) is { Count: > 0 } blocks && One(blocks) is var block && kubo.IsGood(block))
            laws.Add(WalkDamage.Do(kubo, frame, block, One(Enum.GetValues<Damage>())));
    }

    private async Task EditAsync()
    {
        if (!world.First.IsSynced || world.Node.Sighting() is not { Length: 0 })
            return; // one episode after the other
        _startsWhenEdited = world.FirstProcess.Starts;
        world.First.IsSynced = false;
        if (random.Next(2) == 0)
            return;
        await world.FirstProcess.StopAsync();
        world.FirstProcess.Start();
    }

    private async Task DiscardAsync()
    {
        var frames = world.Node.Frames().Where(f => !f.IsDiscarded).ToList();
        // Many at once where there are many: the walk is to be long, not large.
        for (var left = frames.Count > MostFrames ? 8 : 1; left > 0 && frames.Count > 0; left--)
        {
            var frame = One(frames);
            frames.Remove(frame);
            await world.Node.DiscardAsync(frame);
        }
    }
}
