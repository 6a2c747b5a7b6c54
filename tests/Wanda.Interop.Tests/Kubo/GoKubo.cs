using System.Diagnostics;
using Wanda.Ipfs.Tests.Kubo;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>Kubo itself, where it is installed.</summary>
public sealed class GoKubo : KuboDaemon
{
    private readonly string? _program = Peers.Find("ipfs");

    /// <summary>Whether its repository is where nobody else sees it, in a mount namespace, as in a container; wants root.</summary>
    public bool IsHidden { get; init; }

    /// <summary>A client of it; without it the test is skipped.</summary>
    public Task<KuboServer> FoundAsync()
    {
        Skip.If(_program is null,
            "Kubo's ipfs is neither on PATH nor in the folder that WANDA_PEERS names: it comes from https://dist.ipfs.tech/#kubo.");
        return Task.FromResult(Connect());
    }

    public override Task InitializeAsync() => _program is null ? Task.CompletedTask : base.InitializeAsync();

    private protected override async Task<ProcessStartInfo> PrepareAsync(string repository)
    {
        // The profile: free ports on loopback, no bootstrap, no discovery; but for two ports, which it leaves fixed.
        if (IsHidden)
        {
            Directory.CreateDirectory(repository);
            var hidden = Start();
            hidden.FileName = "unshare";
            hidden.ArgumentList.Add("-m");
            foreach (var argument in new[] { "sh", "-c", $"""
                mount -t tmpfs none {repository} && {_program} init --profile=test >/dev/null &&
                {_program} config Addresses.API /ip4/127.0.0.1/tcp/0 && {_program} config Addresses.Gateway /ip4/127.0.0.1/tcp/0 &&
                exec {_program} daemon
                """ })
            {
                hidden.ArgumentList.Add(argument);
            }

            return hidden;
        }

        if (!Directory.Exists(repository))
        {
            await RunAsync("init", "--profile=test");
            await RunAsync("config", "Addresses.API", "/ip4/127.0.0.1/tcp/0");
            await RunAsync("config", "Addresses.Gateway", "/ip4/127.0.0.1/tcp/0");
        }

        return Start("daemon");

        ProcessStartInfo Start(params string[] arguments) => new(_program!, arguments)
        {
            Environment = { ["IPFS_PATH"] = repository },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        async Task RunAsync(params string[] arguments)
        {
            using var process = Process.Start(Start(arguments))!;
            var errors = process.StandardError.ReadToEndAsync();
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                throw new PeerException($"ipfs {string.Join(' ', arguments)}: {await errors}");
        }
    }
}

/// <summary>One daemon, and one test after another: a collection would take what another test has not pinned yet.</summary>
[CollectionDefinition("Go Kubo")]
public sealed class GoKuboCollection : ICollectionFixture<GoKubo>;
