using System.Diagnostics;
using System.Text;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>Kubo itself, where it is installed.</summary>
public sealed class GoKubo : KuboDaemon
{
    private readonly string? _program = Peers.Find("ipfs");

    /// <summary>Whether there is one.</summary>
    public bool IsFound => _program is not null;

    /// <summary>Whether its repository is where nobody else sees it, in a mount namespace, as in a container; wants root.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Of <c>ipfs init</c>, besides "test".</summary>
    public string Profiles { get; init; } = "";

    /// <summary>What <c>ipfs config --json</c> is given before the first start: keys and values.</summary>
    public IReadOnlyList<(string Key, string Json)> Configuration { get; init; } = [];

    /// <summary>Whether it has no network.</summary>
    public bool IsOffline { get; init; }

    /// <summary>The file of a block, as flatfs names it.</summary>
    public string FileOf(Cid cid)
    {
        string key = Multibase.Encode(cid.Hash.Bytes, MultibaseEncoding.Base32)[1..].ToUpperInvariant();
        return Path.Combine(Repository, "blocks", key[^3..^1], key + ".data");
    }

    /// <summary>Runs a command on the repository of the daemon, which is running.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="PeerException">It ended with another exit code than 0.</exception>
    public Task<byte[]> RunAsync(byte[] input, params string[] arguments) => RunAsync(Start(Repository, arguments), input);

    /// <summary>Runs lines as somebody types them who has this <c>ipfs</c>, and one variable; stops at the first that fails.</summary>
    /// <returns>What they wrote.</returns>
    public async Task<string> TypeAsync(string lines, string variable, string value)
    {
        var shell = Start(Repository, "-ec", lines);
        shell.FileName = "sh";
        shell.Environment["PATH"] = $"{Path.GetDirectoryName(_program)}:{Environment.GetEnvironmentVariable("PATH")}";
        shell.Environment[variable] = value;
        return Encoding.UTF8.GetString(await RunAsync(shell, []));
    }

    private static async Task<byte[]> RunAsync(ProcessStartInfo start, byte[] input)
    {
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.ToArray()
            : throw new PeerException($"{string.Join(' ', start.ArgumentList)}: {await errors}");
    }

    /// <summary>A client of it; without it the test is skipped.</summary>
    public Task<KuboServer> FoundAsync()
    {
        SkipUnlessFound();
        return Task.FromResult(Connect());
    }

    public void SkipUnlessFound() => Skip.If(_program is null,
        "Kubo's ipfs is neither on PATH nor in the folder that WANDA_PEERS names: it comes from https://dist.ipfs.tech/#kubo.");

    public override Task InitializeAsync() => _program is null ? Task.CompletedTask : base.InitializeAsync();

    private protected override async Task<ProcessStartInfo> PrepareAsync(string repository)
    {
        // The profile: free ports on loopback, no bootstrap, no discovery; but for two ports, which it leaves fixed.
        if (IsHidden)
        {
            Directory.CreateDirectory(repository);
            var hidden = Start(repository);
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
            await RunAsync([], "init", $"--profile=test{Profiles}");
            await RunAsync([], "config", "Addresses.API", "/ip4/127.0.0.1/tcp/0");
            await RunAsync([], "config", "Addresses.Gateway", "/ip4/127.0.0.1/tcp/0");
            foreach (var (key, json) in Configuration)
                await RunAsync([], "config", "--json", key, json);
        }

        return Start(repository, IsOffline ? ["daemon", "--offline"] : ["daemon"]);
    }

    private ProcessStartInfo Start(string repository, params string[] arguments) => new(_program!, arguments)
    {
        Environment = { ["IPFS_PATH"] = repository },
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}

/// <summary>One daemon, and one test after another: a collection would take what another test has not pinned yet.</summary>
[CollectionDefinition("Go Kubo")]
public sealed class GoKuboCollection : ICollectionFixture<GoKubo>;

internal static class WrittenExtensions
{
    /// <summary>What a program wrote, without the end of its line.</summary>
    public static string Text(this byte[] written) => Encoding.UTF8.GetString(written).Trim();
}
