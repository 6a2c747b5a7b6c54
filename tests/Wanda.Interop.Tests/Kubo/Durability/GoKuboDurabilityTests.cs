using System.Security.Cryptography;
using System.Text.Json;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo.Durability;

namespace Wanda.Interop.Tests.Kubo.Durability;

/// <summary>Whether what Kubo itself took outlives a power cut, as it comes, as it must be set up, and as we flush for it.</summary>
[Trait("Rerun", "Never")]
public sealed class GoKuboDurabilityTests : IAsyncLifetime
{
    private readonly GoKubo _daemon = new();
    private readonly MemorySightings _sightings = new();

    public Task InitializeAsync() => _daemon.InitializeAsync();

    public Task DisposeAsync() => _daemon.DisposeAsync();

    [SkippableFact]
    public async Task Edited_without_a_restart_it_does_not_and_restarted_it_does()
    {
        await using (var kubo = await _daemon.FoundAsync())
        {
            Assert.Equal(Flushing.No, (await AskAsync(kubo.Client, mayFlushByUs: false)).Flushing);
            await ConfigureAsync(kubo.Client);
            var edited = await AskAsync(kubo.Client, mayFlushByUs: false);
            Assert.Equal(Flushing.No, edited.Flushing);
            Assert.Contains("restart it once", edited.Reason, StringComparison.Ordinal);
        }

        await AgeAsync();
        await _daemon.RestartAsync();
        await using (var kubo = await _daemon.FoundAsync())
            Assert.Equal(Flushing.Yes, (await AskAsync(kubo.Client, mayFlushByUs: false)).Flushing);
    }

    [SkippableFact]
    public async Task One_that_is_started_again_while_it_is_given_something_is_not_believed()
    {
        _daemon.SkipUnlessFound();
        // Its repository names the port, which is another after each start.
        using KuboClient kubo = new(KuboAddress.Endpoint(_daemon.Repository), TimeProvider.System);
        await ConfigureAsync(kubo);
        await _daemon.RestartAsync();
        await _sightings.SaveAsync((await kubo.IdentityAsync()).Id, new(Started: null), default);
        using KuboDurability durability = new(kubo, _sightings, mayFlushByUs: false);
        var asked = await durability.AskAsync();
        Assert.Equal(Flushing.Yes, asked.Flushing);
        await durability.FlushAsync(asked);

        await _daemon.RestartAsync();

        await Assert.ThrowsAsync<RemoteException>(() => durability.FlushAsync(asked));
        await durability.FlushAsync(await durability.AskAsync());
    }

    [SkippableFact]
    public async Task The_command_that_is_written_in_the_reason_does_it()
    {
        await using (var kubo = await _daemon.FoundAsync())
        {
            var reason = (await AskAsync(kubo.Client, mayFlushByUs: false)).Reason;
            int from = reason.IndexOf("ipfs config", StringComparison.Ordinal);
            await _daemon.TypeAsync(reason[from..reason.IndexOf("; and start", StringComparison.Ordinal)], "NONE", "");
            Assert.Contains("restart it once", (await AskAsync(kubo.Client, mayFlushByUs: false)).Reason, StringComparison.Ordinal);
        }

        await AgeAsync();
        await _daemon.RestartAsync();
        await using (var kubo = await _daemon.FoundAsync())
            Assert.Equal(Flushing.Yes, (await AskAsync(kubo.Client, mayFlushByUs: false)).Flushing);
    }

    [SkippableFact]
    public async Task As_it_comes_on_this_machine_it_is_flushed_by_us()
    {
        await using var kubo = await _daemon.FoundAsync();
        using KuboDurability durability = new(kubo.Client, _sightings, mayFlushByUs: true);

        var flush = await durability.AskAsync();

        Skip.If(flush.Reason.Contains("on a file system", StringComparison.Ordinal), "temporary files are on a file system of the memory");
        Assert.Equal((Flushing.Yes, true, ""), (flush.Flushing, flush.IsByUs, flush.Reason));
        var block = Block.Create(Codec.Raw, RandomNumberGenerator.GetBytes(100_000));
        await kubo.Client.Dag.ImportAsync(null, (stream, stop) => CarWriter.WriteAsync(
            stream, [block.Cid], new[] { block }.ToAsyncEnumerable(), stop), pinRoots: true);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => durability.FlushAsync(flush)));
    }

    [SkippableFact]
    public async Task In_memory_on_this_machine_it_is_not_flushed()
    {
        Skip.IfNot(Directory.Exists("/dev/shm"), "there is no file system of the memory at /dev/shm");
        var daemon = new GoKubo { Parent = "/dev/shm" };
        try
        {
            await daemon.InitializeAsync();
            await using var kubo = await daemon.FoundAsync();

            var flush = await AskAsync(kubo.Client, mayFlushByUs: true);

            Assert.Equal((Flushing.No, false), (flush.Flushing, flush.IsByUs));
            Assert.Contains("is on a file system", flush.Reason, StringComparison.Ordinal);
        }
        finally
        {
            await daemon.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Hidden_from_us_on_this_machine_it_is_not_flushed()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mount namespaces are made by root");
        var hidden = new GoKubo { IsHidden = true };
        try
        {
            await hidden.InitializeAsync();
            await using var kubo = await hidden.FoundAsync();

            var flush = await AskAsync(kubo.Client, mayFlushByUs: true);

            Assert.Equal((Flushing.No, false), (flush.Flushing, flush.IsByUs));
            Assert.Contains("is not found on this machine", flush.Reason, StringComparison.Ordinal);
        }
        finally
        {
            await hidden.DisposeAsync();
        }
    }

    private async Task<KuboFlush> AskAsync(KuboClient kubo, bool mayFlushByUs)
    {
        using KuboDurability durability = new(kubo, _sightings, mayFlushByUs);
        return await durability.AskAsync();
    }

    /// <summary>One that is started again at once looks like one whose clock was corrected.</summary>
    private static Task AgeAsync() => Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System);

    private async Task ConfigureAsync(KuboClient kubo)
    {
        var spec = (await kubo.ConfigurationAsync()).GetProperty("Datastore").GetProperty("Spec");
        var text = JsonSerializer.Serialize(spec).Replace("\"sync\":false", "\"sync\":true", StringComparison.Ordinal);
        await _daemon.RunAsync([], "config", "--json", "Datastore.Spec", text);
    }
}
