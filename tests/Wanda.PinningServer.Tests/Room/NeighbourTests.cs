using System.Collections.Concurrent;
using System.Security.Cryptography;
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
    private static readonly string[] Hostile = ["asker", "reserver", "holder", "lister", "builder"];

    private readonly ConcurrentBag<string> _refused = [];

    [Fact]
    public async Task No_hostile_node_gets_an_honest_one_refused()
    {
        await using var server = new ServerProcess(nodes: [.. Honest, .. Hostile]);
        await server.StartAsync();
        await RoundAsync(server, "dome-first", server.Client, 0, []); // warm
        long idle = server.Memory().Now;
        using var stop = new CancellationTokenSource();
        var attacks = Hostile.Select(h => AttackAsync(server, h, stop.Token)).ToArray();
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
        await ExpectAsync(node, "a question", AskAsync(client, frame, listed: true));
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

    private static async Task AttackAsync(ServerProcess server, string node, CancellationToken cancellationToken)
    {
        using var client = server.ClientOf(node);
        Func<Task> attack = node switch
        {
            "asker" => await AskerAsync(client),
            "reserver" => () => ReserveAsync(client, cancellationToken),
            "holder" => () => HoldAsync(client, cancellationToken),
            "lister" => await ListerAsync(client),
            _ => await BuilderAsync(client, server),
        };
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await attack().WaitAsync(cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // It is broken off at the end, and now and then by the server.
            }
        }
    }

    /// <summary>Long questions, sixteen at once.</summary>
    private static async Task<Func<Task>> AskerAsync(HttpClient client)
    {
        var large = await Frame.MakeAsync(60_000_000, seed: 7);
        using (await client.UploadAsync(await large.CarAsync()))
            return () => ManyAsync(16, () => AskAsync(client, large, listed: false));
    }

    /// <summary>Uploads and sessions that are announced and never come.</summary>
    private static async Task ReserveAsync(HttpClient client, CancellationToken cancellationToken)
    {
        await ManyAsync(8, () => client.CreateAsync(1_000_000_000));
        using (await client.PutAsync("/v0/sessions/all", Api.Json(new { bytes = 1L << 50 }), cancellationToken))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
    }

    /// <summary>Uploads that begin and stand still.</summary>
    private static Task HoldAsync(HttpClient client, CancellationToken cancellationToken) => ManyAsync(8, async () =>
    {
        byte[] car = await (await Frame.MakeAsync(1_000_000)).CarAsync();
        using var body = new Body(car.Length, async (stream, ended) =>
        {
            await stream.WriteAsync(car.AsMemory(0, 1000), ended);
            await stream.FlushAsync(ended);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
        });
        return await client.PostAsync("/v0/car", body, cancellationToken);
    });

    /// <summary>Pins with all the labels that fit, and long lists of them.</summary>
    private static async Task<Func<Task>> ListerAsync(HttpClient client)
    {
        var meta = Enumerable.Range(0, 4).ToDictionary(i => $"{i}", _ => new string('x', 1000));
        for (int i = 0; i < 300; i++)
            (await client.PostAsync("/psa/pins", Api.Json(new { cid = Dags.Raw($"{i}").Cid.ToString(), meta }))).Dispose();
        return () => ManyAsync(16, () => client.GetAsync("/psa/pins?status=queued,pinned&limit=1000"));
    }

    /// <summary>DAGs of crumbs and of links, questions as long as they may be, and tokens by guessing.</summary>
    private static async Task<Func<Task>> BuilderAsync(HttpClient client, ServerProcess server)
    {
        var chain = new List<Wanda.Ipfs.Block> { Dags.Raw("the end") };
        for (int i = 0; i < 6; i++)
        {
            int from = 45_000 * i;
            chain.Add(Dags.Node([chain[^1].Cid, .. Enumerable.Range(from, 45_000).Select(n =>
                Wanda.Ipfs.Cid.V1(Wanda.Ipfs.Codec.Raw, Wanda.Ipfs.Multihash.Identity(BitConverter.GetBytes(n))))]));
        }

        byte[] links = await Dags.CarAsync(chain[^1].Cid, Enumerable.Reverse(chain));
        var crumbs = Enumerable.Range(0, 16_000).Select(i => Dags.Raw($"{i}")).ToList();
        byte[] many = await Dags.CarAsync(crumbs[0].Cid, crumbs);
        var question = Api.Json(new
        {
            cid = crumbs[0].Cid.ToString(),
            nonce = Convert.ToBase64String(new byte[32]),
            blocks = Enumerable.Range(0, 20_000).Select(i => Dags.Raw($"{i}").Cid.ToString()),
        });
        string asked = await question.ReadAsStringAsync();
        return async () =>
        {
            using var guess = server.ClientOf($"{RandomNumberGenerator.GetInt32(int.MaxValue)}");
            await Task.WhenAll(
                ManyAsync(4, () => client.UploadAsync(links)),
                ManyAsync(2, () => client.UploadAsync(many)),
                ManyAsync(8, () => client.PostAsync("/v0/possession",
                    new StringContent(asked, System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json")))),
                ManyAsync(8, () => guess.GetAsync("/v0/node")));
        };
    }

    private static Task ManyAsync(int count, Func<Task<HttpResponseMessage>> send) => Task.WhenAll(Enumerable.Range(0, count).Select(
        async _ =>
        {
            using var answer = await send();
        }));

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, Frame frame, bool listed) =>
        client.PostAsync("/v0/possession", Api.Json(new
        {
            cid = frame.Root.ToString(),
            nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            blocks = listed ? frame.Blocks.Select(b => b.ToString()) : null,
        }));
}
