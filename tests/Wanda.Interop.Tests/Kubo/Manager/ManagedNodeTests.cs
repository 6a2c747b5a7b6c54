using System.Text.Json.Nodes;

namespace Wanda.Interop.Tests.Kubo.Manager;

/// <summary>
/// A node with a Kubo of its own, and what may happen to it: no answer, no daemon, a silent one, a full disk. Frames are taken meanwhile,
/// the operator is told, and all is handed over in the end.
/// </summary>
public sealed class ManagedNodeTests
{
    [SkippableFact]
    public async Task A_killed_node_takes_its_Kubo_over_and_ends_with_it()
    {
        await using var node = new ManagedNode();
        node.Start();
        int daemon = Process(await node.UntilReadyAsync());
        await node.KillAsync();
        Assert.True(ManagedKubo.IsAlive(daemon));

        node.Start();

        Assert.Equal(daemon, Process(await node.UntilReadyAsync()));
        Assert.Equal(0, await node.TermAsync());
        Assert.False(ManagedKubo.IsAlive(daemon));
    }

    [SkippableFact]
    public async Task A_node_that_is_killed_again_and_again_never_has_two()
    {
        await using var node = new ManagedNode();
        for (int round = 0; round < 3; round++)
        {
            node.Start();
            await node.UntilReadyAsync();
            Assert.Equal(1, Daemons(node));
            await node.KillAsync();
        }

        node.Start();
        await node.UntilReadyAsync();
        Assert.Equal(1, Daemons(node));
        Assert.Equal(0, await node.TermAsync());
        Assert.Equal(0, Daemons(node));
    }

    [SkippableFact]
    public async Task Without_a_daemon_frames_are_kept_and_handed_over_when_it_is_back()
    {
        await using var node = new ManagedNode();
        node.Start();
        int first = Process(await node.UntilReadyAsync());
        ManagedKubo.Signal(first, PosixKill.Kill);
        node.Save("m31.dat");

        await node.UntilAddedAsync(1);
        await node.UntilPinnedAsync();
        var back = await node.UntilAsync("another daemon has the frame",
            said => (int?)said["processId"] is { } id && id != first && (int?)said["waiting"] == 0 && said["facts"] is not null);

        Assert.Null(back["problem"]);
        Assert.Equal(1, Daemons(node));
    }

    [SkippableFact]
    public async Task A_silent_daemon_is_told_and_frames_go_on_from_the_nodes_own_store()
    {
        await using var node = new ManagedNode();
        node.Start();
        int daemon = Process(await node.UntilReadyAsync());
        ManagedKubo.Signal(daemon, PosixKill.Stop);
        try
        {
            node.Save("m42.dat");
            await node.UntilAddedAsync(1);
            await node.UntilAsync("it is told", said => (string?)said["trouble"] == "noAnswer");
            Assert.Contains("does not answer", await node.StatusAsync(), StringComparison.Ordinal);
        }
        finally
        {
            ManagedKubo.Signal(daemon, PosixKill.Go);
        }

        await node.UntilPinnedAsync();
        var back = await node.UntilAsync("it is well", said => (string?)said["trouble"] is null && said["facts"] is not null);
        Assert.Equal(daemon, Process(back));
    }

    [SkippableFact]
    public async Task A_repository_that_is_newer_is_the_operators_and_goes_on_by_itself_when_it_is_mended()
    {
        await using var node = new ManagedNode();
        node.Start();
        int daemon = Process(await node.UntilReadyAsync());
        string version = Path.Combine(node.Repository, "version");
        string before = File.ReadAllText(version);
        File.WriteAllText(version, "19");
        ManagedKubo.Signal(daemon, PosixKill.Kill);

        var told = await node.UntilAsync("it is told", said => (string?)said["trouble"] == "repositoryNewer");
        Assert.Equal("needsYou", (string?)told["severity"]);
        Assert.Contains("was written by a newer Kubo", await node.StatusAsync(), StringComparison.Ordinal);

        File.WriteAllText(version, before);
        await node.UntilReadyAsync();
    }

    private static int Process(JsonNode said) => (int)said["processId"]!;

    private static int Daemons(ManagedNode node) => Directory.EnumerateDirectories("/proc").Count(p =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(p, "environ")).Split('\0').Contains($"WANDA_KUBO={node.Repository}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
