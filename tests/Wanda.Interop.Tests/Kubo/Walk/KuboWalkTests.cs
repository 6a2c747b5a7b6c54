using System.Globalization;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>
/// Laws 2, 4 and 7 with Kubo itself: a node sends frames to a Kubo and to a pinning server over another, on a machine whose processes are
/// killed, whose blocks are damaged, whose configuration is edited and whose power fails, at random. 100 operations with 2 power cuts;
/// <c>kubo-walk.sh OPERATIONS [SEED]</c> for more.
/// </summary>
public sealed class KuboWalkTests(ITestOutputHelper output)
{
    private static readonly string[] Destinations = [WalkWorld.OnKubo, WalkWorld.OnServer];

    [SkippableFact]
    public async Task What_is_proven_outlives_the_power_and_what_is_lost_is_told()
    {
        var operations = int.TryParse(
            Environment.GetEnvironmentVariable("KUBO_WALK_OPERATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 100;
        // Skipped from here, or it would be a failure with a seed.
        var isLong = operations > 100;
        await using var world = await WalkWorld.CreateAsync(isLong ? TimeSpan.FromMinutes(2) : TimeSpan.FromSeconds(40));
        await Seed.RunAsync(random => WalkAsync(world, operations, isLong, random));
    }

    private async Task WalkAsync(WalkWorld world, int operations, bool isLong, Random random)
    {
        var laws = new WalkLaws(world);
        var walker = new Walker(world, laws, random);
        var (began, walked) = (TimeProvider.System.GetTimestamp(), TimeSpan.Zero);
        try
        {
            await walker.WriteAsync();
            // It is believed from its first start after it was seen.
            await Eventually.HoldsAsync(() => world.Node.Sighting() is { Length: > 0 }, "the node to see the Kubo");
            await walker.RestoreAsync();
            await walker.RunAsync(operations);
            walked = TimeProvider.System.GetElapsedTime(began);
            await SettleAsync(world, laws, walker, isLong);
            await walker.AnsweredAsync();
            await EndAsync(world);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            foreach (var daemon in world.All)
                output.WriteLine($"== {daemon.Name}{daemon.Tail()}");
            throw;
        }
        finally
        {
            Console.WriteLine($"{Seed.Told}: {walker.Counts}; {laws.Read} copies read after power cuts, {laws.Damages.Count} damages, "
                + $"{laws.Told} told; {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s, "
                + $"the first {walked.TotalSeconds:0} of them walking");
        }
    }

    /// <summary>Left alone, everything becomes good that can; with an operator who does not wait for what comes later, soon.</summary>
    private static async Task SettleAsync(WalkWorld world, WalkLaws laws, Walker walker, bool isAlone)
    {
        await world.NodeProcess.StopAsync();
        world.Release = "proven";
        world.NodeProcess.Start();
        var missing = "";
        await Eventually.HoldsAsync(async () =>
        {
            await walker.RestoreAsync();
            await walker.LetGoAsync();
            foreach (var daemon in world.All)
                daemon.MustRun();
            await laws.LookAsync();
            if (!world.Node.Frames().Any(f => IsLost(f, laws)))
                await walker.LoseAsync();
            foreach (var destination in isAlone ? [] : Destinations)
                await world.Node.HurryAsync(destination);
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            return (missing = await MissingAsync(world, laws, walker)).Length == 0;
        }, "all frames to settle", () => Task.FromResult(missing), world.Lifetime + world.Lifetime + TimeSpan.FromSeconds(60));
        var lost = world.Node.Frames().Count(f => !f.IsDiscarded && IsLost(f, laws));
        await Eventually.HoldsAsync(async () => await world.Node.StatusAsync() == ("lost", lost),
            $"the console to say that {lost} are lost", async () => $"It says {await world.Node.StatusAsync()}.");
        foreach (var frame in world.Node.Frames().Where(f => !f.IsDiscarded && !IsLost(f, laws)))
        {
            foreach (var kubo in world.Kubos)
                Assert.Equal(frame.Sha256, await kubo.Sha256Async(frame.Cid!));
        }
    }

    /// <summary>What is not as it is to be, in words.</summary>
    private static async Task<string> MissingAsync(WalkWorld world, WalkLaws laws, Walker walker)
    {
        if (await world.Node.LostAsync() is not { } told)
            return "the console does not answer";
        var (frames, proofs) = (world.Node.Frames(), world.Node.Proofs());
        var now = TimeProvider.System.GetUtcNow();
        var open =
            from frame in frames.Where(f => !f.IsDiscarded)
            let isLost = IsLost(frame, laws)
            from destination in Destinations
            let proof = proofs.GetValueOrDefault((destination, frame.Id))
            let isFine = told.Contains(frame.Name) == isLost
                && (isLost || (proof?.ExpiresAt > now && !laws.IsOurs(destination, frame, proof) && !frame.IsHere))
            where !isFine
            let proven = $"proven {proof?.ProvenAt:HH:mm:ss}{(frame.IsHere ? ", still here" : "")}"
            select $"{frame.Name} at {destination} "
                + $"({(isLost ? "lost, not told" : told.Contains(frame.Name) ? "told as lost, is not" : proven)})";
        var names = frames.Select(f => f.Name).ToHashSet();
        return string.Join(", ", walker.Written.Where(w => !names.Contains(w)).Select(w => $"{w} is not taken").Concat(open)
            .Concat(world.Node.Paused().Select(p => $"{p.Key}: {p.Value}")));
    }

    /// <summary>Whether we damaged every copy that there was.</summary>
    private static bool IsLost(WalkFrame frame, WalkLaws laws) => !frame.IsHere
        && Destinations.All(d => laws.Damages.Any(x => x.IsOpen && x.Frame.Id == frame.Id && x.Kubo.Name == d));

    private static async Task EndAsync(WalkWorld world)
    {
        var frames = world.Node.Frames();
        Assert.Equal(frames.Count, frames.Select(f => f.Name).Distinct().Count());
        await world.NodeProcess.StopAsync();
        await Task.WhenAll(world.OnHub.Select(daemon => daemon.StopAsync()));
        await using (var queues = new SqliteQueues(Path.Combine(world.Node.Data, "queue.db")))
            Assert.All(await queues.ListAsync(), queue => Assert.Equal((queue.Name, 0, 0), (queue.Name, queue.Error, queue.DeadLetter)));
        foreach (var folder in new[] { world.Node.Data, Path.Combine(world.Disk.Mounted, "server") })
        {
            foreach (var database in Directory.EnumerateFiles(folder, "*.db", SearchOption.AllDirectories))
                Assert.Equal("ok", IntegrityCheck(database));
        }
    }

    private static string IntegrityCheck(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string)command.ExecuteScalar()!;
    }
}
