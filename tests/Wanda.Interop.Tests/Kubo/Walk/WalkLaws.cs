namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>What must hold at every step, and at each power cut.</summary>
internal sealed class WalkLaws(WalkWorld world)
{
    private static readonly string[] Destinations = [WalkWorld.OnKubo, WalkWorld.OnServer];

    // One that was being read while its block was damaged may be proven a moment later; on a busy machine it is a long one.
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Rounds = TimeSpan.FromSeconds(4);

    // A busy machine; and a breaker's pause after each outage.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, TimeSpan> _outage = Destinations.ToDictionary(d => d, _ => TimeSpan.Zero);
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _holds = [];
    private DateTimeOffset _looked = Now;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public List<WalkDamage> Damages { get; } = [];

    /// <summary>How many copies were read back from the disk that a power cut left.</summary>
    public int Read { get; private set; }

    public int Told => Damages.Count(d => d.IsTold);

    /// <summary>Somebody's time stood still.</summary>
    public void Held(DateTimeOffset from) => _holds.Add((from, Now));

    public void Add(WalkDamage damage)
    {
        damage.OutageBefore = _outage[damage.Kubo.Name];
        Damages.Add(damage);
    }

    /// <summary>Looks at what was damaged, and at what the node says of it.</summary>
    public async Task LookAsync()
    {
        var (proofs, paused) = (world.Node.Proofs(), world.Node.Paused());
        var discarded = world.Node.Frames().Where(f => f.IsDiscarded).Select(f => f.Id).ToHashSet();
        var now = Now;
        foreach (var destination in Destinations.Where(d => !world.CanAsk(d) || paused.ContainsKey(d)))
            _outage[destination] += now - _looked + (_looked == now ? TimeSpan.Zero : Pause / 4);
        _looked = now;
        Damages.RemoveAll(d => discarded.Contains(d.Frame.Id));
        foreach (var damage in Damages.Where(d => d.IsOpen))
        {
            var isProven = proofs.TryGetValue((damage.Kubo.Name, damage.Frame.Id), out var proof);
            if (!damage.IsTold && !isProven && world.NodeProcess.IsUp)
                damage.IsTold = await world.Node.IsToldAsync(damage.Kubo.Name, damage.Frame.Id);
            if (damage.Kubo.IsGood(damage.Block))
            {
                damage.IsOpen = false;
                continue;
            }

            damage.LastBad = Now;
            if (isProven && proof!.ProvenAt > damage.At + Reading + HeldSince(damage.At))
                Assert.Fail($"A {damage}: proven since, {proof.ProvenAt:HH:mm:ss.f}, and it is still there.");

            var waited = now - damage.At - (_outage[damage.Kubo.Name] - damage.OutageBefore);
            if (!damage.IsTold && waited > world.Lifetime + Rounds + Slack)
                Assert.Fail($"A {damage}: not told after {waited.TotalSeconds:0} s, outages left out.");
        }
    }

    /// <summary>The power of the hub fails while it works.</summary>
    public async Task CutAsync()
    {
        var held = Now;
        foreach (var daemon in world.OnHub)
            await daemon.HoldAsync();
        await LookAsync();
        var (frames, proofs) = (world.Node.Frames(), world.Node.Proofs());
        await world.Disk.CutAsync(async () =>
        {
            foreach (var daemon in world.OnHub)
                await daemon.KillAsync();
        });
        await world.NodeProcess.HoldAsync(); // or it would send again what is missed below
        foreach (var damage in Damages.Where(d => !d.IsOpen && !d.Kubo.IsGood(d.Block)))
            (damage.IsOpen, damage.IsTold, damage.At, damage.OutageBefore) = (true, false, Now, _outage[damage.Kubo.Name]);
        foreach (var daemon in world.OnHub)
            daemon.Start();
        foreach (var daemon in world.OnHub)
            await daemon.ReadyAsync();
        foreach (var frame in frames.Where(f => f is { IsDiscarded: false, Cid: not null }))
            await ReadAsync(frame, proofs, held);
        await world.NodeProcess.LetGoAsync();
        Held(held);
    }

    /// <summary>Whether we have damaged a copy, and it is not proven since.</summary>
    public bool IsOurs(string destination, WalkFrame frame, WalkProof? proof) =>
        Damages.Any(d => d.Kubo.Name == destination && d.Frame.Id == frame.Id && !(proof?.ProvenAt > d.LastBad));

    private async Task ReadAsync(
        WalkFrame frame, IReadOnlyDictionary<(string Destination, string Frame), WalkProof> proofs, DateTimeOffset cutAt)
    {
        var found = false;
        var ours = 0;
        foreach (var destination in Destinations)
        {
            var proof = proofs.GetValueOrDefault((destination, frame.Id));
            var isOurs = IsOurs(destination, frame, proof);
            ours += isOurs ? 1 : 0;
            var isProven = proof is not null && proof.Cid == frame.Cid && proof.ExpiresAt > cutAt && !isOurs;
            if (!isProven && frame.IsHere)
                continue;
            var isThere = await world.KuboOf(destination).Sha256Async(frame.Cid!) == frame.Sha256;
            found |= isThere;
            if (!isProven)
                continue;
            Assert.False(proof!.OnThisMachine);
            Assert.True(isThere, $"{destination} had proven {frame.Name} ({frame.Cid}) at {proof.ProvenAt:HH:mm:ss.f}, and lost it with "
                + $"its power at {cutAt:HH:mm:ss.f}.");
            Read++;
        }

        Assert.True(frame.IsHere || found || ours == Destinations.Length,
            $"{frame.Name} ({frame.Cid}) is not here any more, and nowhere after the power cut at {cutAt:HH:mm:ss.f}.");
    }

    private TimeSpan HeldSince(DateTimeOffset at) =>
        _holds.Where(h => h.To > at).Aggregate(TimeSpan.Zero, (sum, hold) => sum + (hold.To - hold.From));
}
