using System.Net;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Maintenance;

/// <summary>A server that is killed (SIGKILL) at any step of taking, extending and ending pins has too much, never too little.</summary>
[Trait("Rerun", "Never")]
public sealed class KilledServerTests
{
    private readonly Dictionary<string, (string Id, HashSet<Cid> Covered)> _stands = [];
    private readonly List<string> _ended = [];
    private int _number;

    [Fact]
    public Task Killed_at_any_step_it_has_all_that_was_acknowledged() => Seed.RunAsync(async random =>
    {
        await using var server = new ServerProcess();
        for (int kill = 0; kill < 6; kill++)
        {
            await server.StartAsync();
            await MustHoldAsync(server.Client);
            using var stop = new CancellationTokenSource();
            var work = Enumerable.Range(0, 3).Select(i => WorkAsync(server.Client, new Random(random.Next()), stop.Token)).ToArray();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 900)), TimeProvider.System);
            await server.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(work);
        }

        await server.StartAsync();
        await MustHoldAsync(server.Client);
        var listed = (await server.Client.PinsAsync("limit=1000")).Select(p => (string)p!["pinId"]!).ToHashSet();
        Assert.DoesNotContain(_ended, listed.Contains);
    });

    private async Task MustHoldAsync(HttpClient client)
    {
        foreach (var (name, (id, covered)) in _stands)
        {
            Assert.Equal(name, (string)(await client.GetAsync($"/v0/pins/{id}").JsonAsync())["name"]!);
            foreach (var cid in covered)
                Assert.True(await client.HasAsync(cid), $"{cid} of {name} is gone.");
        }
    }

    private async Task WorkAsync(HttpClient client, Random random, CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
                await StepAsync(client, random, $"{Interlocked.Increment(ref _number)}");
        }
        catch (HttpRequestException)
        {
            // It was killed; what it had not answered counts for nothing.
        }
    }

    private async Task StepAsync(HttpClient client, Random random, string name)
    {
        var leaves = Enumerable.Range(0, 3).Select(i => Dags.Raw($"{i} of {name}")).ToList();
        var root = Dags.Directory(leaves.Select((l, i) => ($"{i}", l.Cid)));
        string? last = null;
        // The same directory again with more beside it each time, or a frame.
        foreach (int count in random.Next(2) == 0 ? [0, 1, 3] : new[] { 3 })
        {
            using var answer = await client.UploadAsync(await Dags.CarAsync(root.Cid, [root, .. leaves[..count]]),
                $"scope=directory&session=M31&name={name}&number={name}");
            Assert.True(answer.IsSuccessStatusCode);
            last = (string)System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["pinId"]!;
            lock (_stands)
                _stands[name] = (last, [root.Cid, .. leaves[..count].Select(l => l.Cid)]);
        }

        if (random.Next(3) > 0)
            return;
        // From here on it may or may not have ended.
        lock (_stands)
            _stands.Remove(name);
        using var ended = await client.DeleteAsync($"/v0/pins/{last}");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        lock (_stands)
            _ended.Add(last!);
    }
}
