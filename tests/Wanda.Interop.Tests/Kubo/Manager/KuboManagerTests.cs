using System.Text.Json.Nodes;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo.Manager;

/// <summary>The life of a daemon of our own, on the real one.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KuboManagerTests : ManagedKuboTest
{
    [SkippableFact]
    public async Task From_nothing_to_a_daemon_that_flushes_and_back()
    {
        Directory.CreateDirectory(Kubo.Options.RunFolder); // as an installation leaves it
        var manager = Kubo.Manager();

        var ready = await manager.RunAsync();

        Assert.Equal(KuboPhase.Ready, ready.Phase);
        Assert.True(ManagedKubo.IsAlive(ready.ProcessId!.Value));
        Assert.NotNull(ready.Version);
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(Kubo.Options.Repository, "config")))!;
        Assert.True(file["Datastore"]!["Spec"]!["mounts"]![0]!["sync"]!.GetValue<bool>());
        Assert.Equal("none", file["Routing"]!["Type"]!.GetValue<string>());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Kubo.Options.Repository, "config")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Kubo.Options.RunFolder));
        Assert.Equal("", await Kubo.RunAsync("swarm", "peers"));
        Assert.DoesNotContain("ERROR", Kubo.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Gateway server", Kubo.Log, StringComparison.Ordinal);

        await manager.StopAsync();

        Assert.Equal(KuboPhase.Absent, manager.State.Phase);
        Assert.Equal(0, Kubo.Daemons());
        Assert.False(File.Exists(Path.Combine(Kubo.Options.Repository, "api")));
        Assert.Equal(KuboPhase.Absent, (await manager.RunAsync()).Phase);
    }

    [SkippableFact]
    public async Task A_killed_daemon_is_started_again_with_a_wait_between()
    {
        var manager = Kubo.Manager();
        var first = await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
        var waited = TimeSpan.Zero;
        for (int kills = 0; kills < 3; kills++)
        {
            int before = manager.State.ProcessId!.Value;
            ManagedKubo.Signal(before, PosixKill.Kill);
            await Eventually.HoldsAsync(() => !ManagedKubo.IsAlive(before), "the daemon is gone");

            var ended = await manager.RunAsync();

            Assert.Equal((KuboPhase.Backoff, KuboTrouble.Ended), (ended.Phase, ended.Trouble));
            var wait = ended.RetryAt!.Value - ended.Since;
            Assert.True(wait > waited, $"{wait} after {waited}");
            waited = wait;
            await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
            Assert.NotEqual(before, manager.State.ProcessId);
            Assert.Equal(1, Kubo.Daemons());
        }

        Assert.NotEqual(first.ProcessId, manager.State.ProcessId);
    }

    [SkippableFact]
    public async Task A_daemon_that_hangs_is_told_then_ended_and_started_again()
    {
        var manager = Kubo.Manager(o => o with
        {
            AnswerPatience = TimeSpan.FromSeconds(1),
            SilentPatience = TimeSpan.FromSeconds(2),
            StopPatience = TimeSpan.FromSeconds(1),
        });
        int before = (await ManagedKubo.ReachAsync(manager, KuboPhase.Ready)).ProcessId!.Value;
        ManagedKubo.Signal(before, PosixKill.Stop);

        await ManagedKubo.ReachAsync(manager, KuboPhase.Degraded, KuboTrouble.NoAnswer);
        await ManagedKubo.ReachAsync(manager, KuboPhase.Backoff, KuboTrouble.NoAnswer);
        await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);

        Assert.False(ManagedKubo.IsAlive(before));
        Assert.Equal(1, Kubo.Daemons());
    }

    [SkippableFact]
    public async Task A_daemon_that_hangs_for_a_moment_is_left_alone()
    {
        var manager = Kubo.Manager(o => o with { AnswerPatience = TimeSpan.FromSeconds(1) });
        int before = (await ManagedKubo.ReachAsync(manager, KuboPhase.Ready)).ProcessId!.Value;
        ManagedKubo.Signal(before, PosixKill.Stop);
        await ManagedKubo.ReachAsync(manager, KuboPhase.Degraded, KuboTrouble.NoAnswer);

        ManagedKubo.Signal(before, PosixKill.Go);

        Assert.Equal(before, (await ManagedKubo.ReachAsync(manager, KuboPhase.Ready)).ProcessId);
    }

    [SkippableFact]
    public async Task A_second_manager_starts_no_second_daemon()
    {
        var first = Kubo.Manager();
        await ManagedKubo.ReachAsync(first, KuboPhase.Ready);
        var second = Kubo.Manager();

        var state = await second.RunAsync();
        Assert.Equal((KuboPhase.Absent, KuboTrouble.Locked), (state.Phase, state.Trouble));
        await second.StopAsync();

        Assert.Equal(KuboPhase.Ready, (await first.RunAsync()).Phase);
        Assert.Equal(1, Kubo.Daemons());
    }

    [SkippableFact]
    public async Task Of_two_managers_at_once_one_starts()
    {
        KuboManager[] both = [Kubo.Manager(), Kubo.Manager()];

        var states = await Task.WhenAll(both.Select(m => m.RunAsync()));

        Assert.Single(states, s => s.Phase == KuboPhase.Ready);
        Assert.Single(states, s => s.Trouble == KuboTrouble.Locked);
        Assert.Equal(1, Kubo.Daemons());
    }

    [SkippableFact]
    public async Task The_next_manager_takes_over_what_a_killed_one_left()
    {
        await using (var first = Kubo.Manager())
            await ManagedKubo.ReachAsync(first, KuboPhase.Ready);
        var left = await Kubo.OtherAsync(("WANDA_KUBO", Kubo.Options.Repository));
        var manager = Kubo.Manager();

        var state = await manager.RunAsync();

        Assert.Equal((KuboPhase.Ready, left.Id, false), (state.Phase, state.ProcessId!.Value, state.IsWatched));
        await manager.StopAsync();
        Assert.False(ManagedKubo.IsAlive(left.Id));
        Assert.Equal(0, Kubo.Daemons());
    }

    [SkippableFact]
    public async Task What_was_left_and_runs_with_other_settings_is_started_again()
    {
        await using (var first = Kubo.Manager())
            await ManagedKubo.ReachAsync(first, KuboPhase.Ready);
        var left = await Kubo.OtherAsync(("WANDA_KUBO", Kubo.Options.Repository));
        var manager = Kubo.Manager(o => o with { Configuration = o.Configuration.With(new KuboSetting("Swarm.ConnMgr.LowWater", 7)) });

        var state = await manager.RunAsync();

        Assert.Equal(KuboPhase.Ready, state.Phase);
        Assert.NotEqual(left.Id, state.ProcessId);
        Assert.Equal("7", await Kubo.RunAsync("config", "Swarm.ConnMgr.LowWater"));
        Assert.Equal(1, Kubo.Daemons());
    }

    [SkippableFact]
    public async Task Somebody_elses_daemon_is_watched_and_never_ended()
    {
        await using (var first = Kubo.Manager())
            await ManagedKubo.ReachAsync(first, KuboPhase.Ready);
        var other = await Kubo.OtherAsync();
        var manager = Kubo.Manager();

        var state = await manager.RunAsync();

        Assert.Equal((KuboPhase.Ready, true), (state.Phase, state.IsWatched));
        Assert.Null(state.ProcessId);
        await manager.StopAsync();
        Assert.True(ManagedKubo.IsAlive(other.Id));
    }

    [SkippableFact]
    public async Task A_daemon_of_a_unit_is_waited_for_and_not_started()
    {
        await using (var first = Kubo.Manager())
            await ManagedKubo.ReachAsync(first, KuboPhase.Ready);
        var manager = Kubo.Manager(o => o with { IsUnits = true });

        await ManagedKubo.ReachAsync(manager, KuboPhase.Absent, KuboTrouble.UnitDown);
        Assert.Equal(0, Kubo.Daemons());

        await Kubo.OtherAsync();
        Assert.True((await ManagedKubo.ReachAsync(manager, KuboPhase.Ready)).IsWatched);
    }
}
