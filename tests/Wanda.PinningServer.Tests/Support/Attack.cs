using System.Net.Http.Headers;
using System.Security.Cryptography;
using Wanda.Ipfs;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>What a node does that means harm, over and over.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="PrepareAsync">What it needs first, with its client and whoever comes with another token; gives one turn of it.</param>
internal sealed record Attack(
    string Name, Func<HttpClient, Func<string, HttpClient>, CancellationToken, Task<Func<Task>>> PrepareAsync)
{
    public static readonly Attack[] All =
    [
        new("asker", (client, _, _) => AskerAsync(client)),
        new("reserver", (client, _, ended) => Task.FromResult<Func<Task>>(() => ReserveAsync(client, ended))),
        new("holder", (client, _, ended) => Task.FromResult<Func<Task>>(() => HoldAsync(client, ended))),
        new("lister", (client, _, _) => ListerAsync(client)),
        new("builder", (client, clientOf, _) => BuilderAsync(client, clientOf)),
    ];

    /// <summary>Goes on until it is cancelled.</summary>
    public async Task RunAsync(Func<HttpClient> own, Func<string, HttpClient> clientOf, CancellationToken cancellationToken)
    {
        using var client = own();
        var attack = await PrepareAsync(client, clientOf, cancellationToken);
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
            return () => ManyAsync(16, () => client.AskAsync(large, listed: false));
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
    private static async Task<Func<Task>> BuilderAsync(HttpClient client, Func<string, HttpClient> clientOf)
    {
        var chain = new List<Block> { Dags.Raw("the end") };
        for (int i = 0; i < 6; i++)
        {
            int from = 45_000 * i;
            chain.Add(Dags.Node([chain[^1].Cid, .. Enumerable.Range(from, 45_000).Select(n =>
                Cid.V1(Codec.Raw, Multihash.Identity(BitConverter.GetBytes(n))))]));
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
            using var guess = clientOf($"{RandomNumberGenerator.GetInt32(int.MaxValue)}");
            await Task.WhenAll(
                ManyAsync(4, () => client.UploadAsync(links)),
                ManyAsync(2, () => client.UploadAsync(many)),
                ManyAsync(8, () => client.PostAsync("/v0/possession",
                    new StringContent(asked, MediaTypeHeaderValue.Parse("application/json")))),
                ManyAsync(8, () => guess.GetAsync("/v0/node")));
        };
    }

    private static Task ManyAsync(int count, Func<Task<HttpResponseMessage>> send) => Task.WhenAll(Enumerable.Range(0, count).Select(
        async _ =>
        {
            using var answer = await send();
        }));
}
