using System.Diagnostics;
using Wanda.Destinations;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>Why Kubo itself takes nothing is a sentence of its own each time, and says whether somebody has to do something.</summary>
public sealed class KuboRefusalTests
{
    private const string Both = """
        {"frames":{"AuthSecret":"bearer:s3cret","AllowedPaths":["/api/v0/version","/api/v0/config/show","/api/v0/repo/stat",
        "/api/v0/dag/import","/api/v0/block","/api/v0/pin"]},
        "ana":{"AuthSecret":"basic:ana:pa:ss","AllowedPaths":["/api/v0"]},
        "looks":{"AuthSecret":"bearer:looks","AllowedPaths":["/api/v0/pin/ls"]},
        "blind":{"AuthSecret":"bearer:blind","AllowedPaths":["/api/v0/dag","/api/v0/block","/api/v0/pin","/api/v0/repo"]}}
        """;

    [SkippableTheory]
    [InlineData("gateway", "no RPC")]
    [InlineData("api", "no RPC")]
    public async Task An_address_at_which_no_RPC_is_says_where_it_usually_is(string where, string words)
    {
        await using var kubo = await DestinationKubo.StartAsync();
        var (node, _) = await kubo.NodeAsync();
        var frame = await node.FrameAsync("a", 61);
        var url = where == "gateway" ? kubo.Daemon.Gateway!.ToString() : new Uri(kubo.Daemon.Address, "/api/v0").ToString();
        var destination = kubo.Destination(node, o => o with { Url = url });
        foreach (var call in new Func<Task>[] { () => destination.PushAsync(frame, default), () => destination.ProveAsync(frame, default) })
        {
            var e = await Assert.ThrowsAsync<DestinationDownException>(call);
            Assert.True(e.NeedsOperator);
            Assert.Contains(words, e.Message, StringComparison.Ordinal);
            Assert.Contains("5001", e.Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task Tokens_are_those_of_its_configuration_and_a_wrong_one_is_said_so()
    {
        await using var kubo = await DestinationKubo.StartAsync(null, ("API.Authorizations", Both));
        using var known = new KuboClient(new RemoteEndpoint(kubo.Daemon.Address) { Authorization = RemoteEndpoint.Basic("ana", "pa:ss") },
            TimeProvider.System);
        var (node, _) = await kubo.NodeAsync(known);
        var frame = await node.FrameAsync("a", 62);
        foreach (var token in new[] { "s3cret", "bearer:s3cret", "basic:ana:pa:ss" })
        {
            var destination = kubo.Destination(node, o => o with { Token = token });
            await destination.UnpinAsync((await destination.PushAsync(frame, default))!, default);
            await destination.PushAsync(frame, default);
            Assert.NotNull(await destination.ProveAsync(frame, default));
        }

        foreach (var (token, words) in new[]
                 {
                     (null, "API.Authorizations"), ("wrong", "API.Authorizations"), ("looks", "/api/v0/config/show"),
                     ("blind", "/api/v0/config/show"),
                 })
        {
            var destination = kubo.Destination(node, o => o with { Token = token });
            var e = await Assert.ThrowsAsync<DestinationDownException>(() => destination.PushAsync(frame, default));
            Assert.True(e.NeedsOperator);
            Assert.Contains(words, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", e.Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task A_full_disk_is_said_so_and_what_it_refused_counts_as_sent_nowhere()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "a small disk is mounted by root");
        var small = Directory.CreateTempSubdirectory("wanda-small-").FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=24m", "none", small);
        try
        {
            await using var kubo = await DestinationKubo.StartAsync(small);
            var (node, _) = await kubo.NodeAsync();
            var line = node.LineOf(kubo.Options);
            var destination = new Destinations.Kubo.KuboDestination(kubo.Options, node.Tools, line);
            var frame = await node.FrameAsync("a", 63, 2_000_000);
            await destination.PushAsync(frame, default);
            var sent = await node.SentAsync(kubo.Options, line);
            Assert.InRange(sent, 2_000_000, 2_200_000);

            var large = await node.FrameAsync("b", 64, 40_000_000);
            var e = await Assert.ThrowsAsync<DestinationDownException>(() => destination.PushAsync(large, default));

            Assert.True(e.NeedsOperator);
            Assert.Contains("its disk is full", e.Message, StringComparison.Ordinal);
            Assert.Equal(sent, await node.SentAsync(kubo.Options, line));
            Assert.NotNull(await destination.ProveAsync(frame, default));
            // When somebody makes room it goes on.
            await kubo.Client.Repo.CollectAsync();
            await destination.PushAsync(await node.FrameAsync("c", 65, 2_000_000), default);
        }
        finally
        {
            await RunAsync("umount", "-l", small);
            Directory.Delete(small);
        }
    }

    [SkippableFact]
    public async Task It_is_reached_by_its_socket_and_by_its_repository_too()
    {
        var folder = Directory.CreateTempSubdirectory("wanda-rpc-").FullName;
        try
        {
            await using var kubo = await DestinationKubo.StartAsync(null,
                ("Addresses.API", $"""["/ip4/127.0.0.1/tcp/0","/unix/{folder}/rpc.sock"]"""));
            var (node, _) = await kubo.NodeAsync();
            var frame = await node.FrameAsync("a", 66);
            foreach (var url in new[]
                     {
                         $"unix:{folder}/rpc.sock", $"/unix/{folder}/rpc.sock", $"/ip4/127.0.0.1/tcp/{kubo.Daemon.Address.Port}",
                         kubo.Daemon.Repository,
                     })
            {
                var destination = kubo.Destination(node, o => o with { Url = url });
                await destination.PushAsync(frame, default);
                Assert.True((await destination.ProveAsync(frame, default))!.OnThisMachine);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
