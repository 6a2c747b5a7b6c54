using System.Collections.Concurrent;
using Wanda.PinningServer.Tests.Support;
using Xunit.Abstractions;

namespace Wanda.PinningServer.Tests.Room;

/// <summary>Twenty nodes work beside five that do their worst: none of the twenty is refused anything, and nothing is lost.</summary>
[Trait("Rerun", "Never")]
public sealed class NeighbourTests(ITestOutputHelper output)
{
    private const int Rounds = 3;
    private const long Megabyte = 1 << 20;

    // What goes on at once: uploads (8, and the first of each node), questions and lists.
    private const int Slots = 8 + 20 + 2 + 4;

    private static readonly string[] Honest = [.. Enumerable.Range(0, 20).Select(i => $"honest-{i}")];
    private static readonly string[] Hostile = [.. Attack.All.Select(a => a.Name)];

    private readonly ConcurrentBag<string> _refused = [];

    [Fact]
    public async Task No_hostile_node_gets_an_honest_one_refused()
    {
        await using var server = new ServerProcess(nodes: [.. Honest, .. Hostile]);
        await server.StartAsync();
        await RoundAsync(server, "dome-first", server.Client, 0, []); // warm
        long idle = server.Memory().Now;
        using var stop = new CancellationTokenSource();
        var attacks = Attack.All.Select(a => a.RunAsync(() => server.ClientOf(a.Name), server.ClientOf, stop.Token)).ToArray();
        var kept = new ConcurrentBag<(string Node, Frame Frame)>();

        await Task.WhenAll(Honest.Select(async (node, n) =>
        {
            using var client = server.ClientOf(node);
            for (int round = 0; round < Rounds; round++)
                await RoundAsync(server, node, client, (100 * n) + round, kept);
        }));
        await stop.CancelAsync();
        await Task.WhenAll(attacks);

        Assert.Empty(_refused);
        foreach (var (node, frame) in kept)
        {
            using var client = server.ClientOf(node);
            Assert.Equal(frame.Content, await client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        }

        long most = server.Memory().Most;
        output.WriteLine($"memory: {idle / Megabyte} MB idle, {most / Megabyte} MB at most");
        Assert.True(most <= idle + (64 + 8 * Slots) * Megabyte, $"{most / Megabyte} MB, {idle / Megabyte} MB idle");
    }

    private async Task RoundAsync(
        ServerProcess server, string node, HttpClient client, int seed, ConcurrentBag<(string, Frame)> kept)
    {
        var frame = await Frame.MakeAsync(2_000_000, seed);
        await ExpectAsync(node, "an upload", client.UploadAsync(await frame.CarAsync(), $"capture={seed}"));
        await ExpectAsync(node, "a question", client.AskAsync(frame, listed: true));
        await ExpectAsync(node, "its account", client.GetAsync("/v0/node"));
        await ExpectAsync(node, "a list", client.GetAsync("/psa/pins"));
        if (node != "dome-first")
            kept.Add((node, frame));
    }

    private async Task ExpectAsync(string node, string what, Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        if (!answer.IsSuccessStatusCode)
            _refused.Add($"{node}, {what}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}
