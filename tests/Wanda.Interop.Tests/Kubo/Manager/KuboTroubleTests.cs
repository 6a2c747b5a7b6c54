using System.Net;
using System.Net.Sockets;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo.Manager;

/// <summary>
/// What keeps a daemon from running, provoked in the real one: each is told apart, and goes on by itself once it is mended.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KuboTroubleTests : ManagedKuboTest
{
    [SkippableFact]
    public async Task No_program()
    {
        var manager = Kubo.Manager(o => o with { Program = Path.Combine(Kubo.Folder, "ipfs") });

        var state = await ManagedKubo.ReachAsync(manager, KuboPhase.Absent, KuboTrouble.NotFound);
        Assert.Contains("wanda ipfs install", state.Reason, StringComparison.Ordinal);

        File.CreateSymbolicLink(Path.Combine(Kubo.Folder, "ipfs"), Kubo.Program);
        await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
    }

    [SkippableTheory]
    [InlineData("echo 0.42.0", "0.43 or newer")]
    [InlineData("echo js-ipfs version: 0.18", "is no Kubo")]
    [InlineData("exit 3", "did not work")]
    public async Task A_program_that_is_not_the_one(string script, string said)
    {
        string program = Path.Combine(Kubo.Folder, "ipfs");
        // A version, and then the repository's.
        File.WriteAllText(program, $"#!/bin/sh\n[ \"$2\" = --repo ] && echo 18 && exit 0\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var manager = Kubo.Manager(o => o with { Program = program });

        var state = await ManagedKubo.ReachAsync(manager, KuboPhase.Absent, KuboTrouble.WrongVersion);

        Assert.Contains(said, state.Reason, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_file_that_is_no_program_at_all()
    {
        string program = Path.Combine(Kubo.Folder, "ipfs");
        File.WriteAllText(program, "an archive that nobody unpacked");

        await ManagedKubo.ReachAsync(Kubo.Manager(o => o with { Program = program }), KuboPhase.Absent, KuboTrouble.WrongVersion);
    }

    [SkippableTheory]
    [InlineData("19", KuboTrouble.RepositoryNewer)]
    [InlineData("17", KuboTrouble.RepositoryOlder)]
    public async Task A_repository_of_another_version(string version, KuboTrouble trouble)
    {
        await MadeAsync();
        string file = Path.Combine(Kubo.Options.Repository, "version");
        string before = File.ReadAllText(file);
        File.WriteAllText(file, version);
        var manager = Kubo.Manager();

        var state = await ManagedKubo.ReachAsync(manager, KuboPhase.Absent, trouble);
        Assert.Contains(version, state.Reason, StringComparison.Ordinal);
        Assert.Equal(version, File.ReadAllText(file));

        File.WriteAllText(file, before);
        await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
    }

    [SkippableFact]
    public async Task An_older_repository_is_migrated_when_that_is_asked_for()
    {
        await MadeAsync();
        File.WriteAllText(Path.Combine(Kubo.Options.Repository, "version"), "17");

        await ManagedKubo.ReachAsync(Kubo.Manager(o => o with { Migrate = true }), KuboPhase.Ready);

        Assert.Equal("18", File.ReadAllText(Path.Combine(Kubo.Options.Repository, "version")).Trim());
    }

    [SkippableFact]
    public async Task A_configuration_that_cannot_be_read()
    {
        await MadeAsync();
        string file = Path.Combine(Kubo.Options.Repository, "config");
        string before = File.ReadAllText(file);
        File.WriteAllText(file, before[..^20]);
        var manager = Kubo.Manager();

        await ManagedKubo.ReachAsync(manager, KuboPhase.Absent, KuboTrouble.Configuration);
        Assert.Equal(before[..^20], File.ReadAllText(file));

        File.WriteAllText(file, before);
        await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
    }

    [SkippableFact]
    public async Task A_repository_that_a_silent_daemon_has()
    {
        await MadeAsync();
        var other = await Kubo.OtherAsync();
        ManagedKubo.Signal(other.Id, PosixKill.Stop);
        var manager = Kubo.Manager(o => o with { AnswerPatience = TimeSpan.FromSeconds(1) });

        await ManagedKubo.ReachAsync(manager, KuboPhase.Backoff, KuboTrouble.Locked);

        ManagedKubo.Signal(other.Id, PosixKill.Kill);
        await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
    }

    [SkippableFact]
    public async Task An_address_that_is_taken()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var manager = Kubo.Manager(o => o with
        {
            Configuration = o.Configuration.With(new KuboSetting("Addresses.API", $"/ip4/127.0.0.1/tcp/{port}")),
        });

        await ManagedKubo.ReachAsync(manager, KuboPhase.Backoff, KuboTrouble.AddressTaken);

        listener.Dispose();
        await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
    }

    [SkippableFact]
    public async Task A_disk_that_is_full()
    {
        var manager = Kubo.Manager(o => o with { MinFreeBytes = long.MaxValue });

        var state = await ManagedKubo.ReachAsync(manager, KuboPhase.Absent, KuboTrouble.StorageFull);

        Assert.Contains("is full", state.Reason, StringComparison.Ordinal);
        Assert.Equal(0, Kubo.Daemons());
    }

    [SkippableFact]
    public async Task A_log_that_grows_is_cut_while_the_daemon_writes()
    {
        var manager = Kubo.Manager(o => o with { MaxLogBytes = 200 });
        await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
        Assert.Contains("Daemon is ready", Kubo.Log, StringComparison.Ordinal);

        await manager.RunAsync();

        Assert.Equal("", Kubo.Log);
        string old = File.ReadAllText(Path.Combine(Kubo.Options.RunFolder, "daemon.log.1"));
        Assert.Contains("Daemon is ready", old, StringComparison.Ordinal);
        await manager.StopAsync();
        Assert.Contains("Received interrupt signal", Kubo.Log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_repository_that_was_half_made_is_made_again()
    {
        Directory.CreateDirectory(Kubo.Options.Repository + ".new");
        File.WriteAllText(Path.Combine(Kubo.Options.Repository + ".new", "config"), "{");

        await ManagedKubo.ReachAsync(Kubo.Manager(), KuboPhase.Ready);
    }

    private async Task MadeAsync()
    {
        await using var manager = Kubo.Manager();
        await ManagedKubo.ReachAsync(manager, KuboPhase.Ready);
    }
}
