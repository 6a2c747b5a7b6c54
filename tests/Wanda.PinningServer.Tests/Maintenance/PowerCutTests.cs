using System.Net;
using System.Net.Http.Headers;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Maintenance;

/// <summary>
/// The power goes at some moment of a server's life, traced write by write: whatever the disk has then, all that was answered with yes is
/// there after the next start and its collection.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class PowerCutTests
{
    private static readonly int Cuts = Environment.GetEnvironmentVariable("TEST_LONG") is null ? 30 : 1500;

    private readonly List<Promise> _promises = [];
    private readonly NodeKey _key = NodeKey.Generate();
    private int _answers;

    [Fact]
    public Task What_was_acknowledged_is_there_whatever_the_disk_kept() => Seed.RunAsync(async random =>
    {
        var (root, lines) = await RecordAsync();
        int[] steps = [.. Enumerable.Range(0, lines.Length).Where(i => TracedDisk.IsStep(lines[i], root))];
        await using var server = await TestServer.StartAsync(o => o with { KeepUnpinned = TimeSpan.Zero });
        for (int cut = 0; cut < Cuts; cut++)
        {
            await server.StopAsync();
            Directory.Delete(server.Folder, recursive: true);
            int step = steps[random.Next(steps.Length)];
            var disk = TracedDisk.At(root, lines, step + 1);
            disk.WriteTo(server.Folder, random);
            await server.StartAndCollectAsync();
            foreach (var promise in _promises)
                await promise.MustHoldAsync(server.Client, disk.Answers, $"after line {step} of {lines.Length}, {disk.Answers} answers");
        }
    });

    private async Task<(string Root, string[] Lines)> RecordAsync()
    {
        using var calls = new SystemCalls(whole: true);
        await using var server = new ServerProcess(watched: calls, forgets: true);
        await server.StartAsync();
        await WorkAsync(server.Client);
        string[] lines = [];
        await Eventually.HoldsAsync(
            async () => (lines = await calls.LinesAsync()).Count(TracedDisk.IsYes) >= _answers, "the trace has the last answer");
        Assert.Equal(_answers, lines.Count(TracedDisk.IsYes));
        return (server.Folder, lines);
    }

    // Each step waits for its answer.
    private async Task WorkAsync(HttpClient client)
    {
        var (first, second, third) = (await Frame.MakeAsync(40_000, 1), await Frame.MakeAsync(90_000, 2), await Frame.MakeAsync(30_000, 3));
        var one = await UploadAsync(client, await first.CarAsync(), first.Blocks, "capture=1");
        await UploadAsync(client, await second.CarAsync(), second.Blocks, "capture=2");
        await UploadAsync(client, await first.CarAsync(), first.Blocks, "capture=3"); // the same blocks again

        byte[] car = await third.CarAsync();
        var place = await client.BeginAsync(car.Length);
        _answers++;
        for (int part = 0; part < 2; part++)
        {
            int from = part * car.Length / 2, to = (part + 1) * car.Length / 2;
            using var taken = await client.AppendAsync(place, from, car.AsMemory(from, to - from));
            Assert.Equal(to, taken.Offset());
            Promised((c, told) => AtLeastAsync(c, place, to, told));
        }

        Promised(third.Blocks, answered: false);
        await EndAsync(client, one);
        await PublishAsync(client, 1);
        await WantAsync(client);
        var (meta, more) = (Dags.Raw("the session's"), Dags.Raw("what came later"));
        var directory = Dags.Directory(("a.fits", first.Root), ("meta.json", meta.Cid), ("more.json", more.Cid));
        await UploadAsync(client, await Dags.CarAsync(directory.Cid, directory, meta), [directory.Cid, meta.Cid], "scope=directory");
        await EndAsync(client, _promises[1]);
        await UploadAsync(client, await Dags.CarAsync(directory.Cid, directory, more), [directory.Cid, meta.Cid, more.Cid],
            "scope=directory", HttpStatusCode.OK);
        await PublishAsync(client, 2);
        await UploadAsync(client, await second.CarAsync(), second.Blocks, "capture=4");
        await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System); // collections, of what was ended
    }

    private async Task<Promise> UploadAsync(
        HttpClient client, byte[] car, IReadOnlyList<Cid> blocks, string query, HttpStatusCode status = HttpStatusCode.Created)
    {
        string id = (string)(await client.UploadAsync(car, query).JsonAsync(status))["pinId"]!;
        return Promised(blocks, answered: true, id);
    }

    private async Task WantAsync(HttpClient client)
    {
        var wanted = await client.PostAsync("/psa/pins", Api.Json(new { cid = $"{Dags.Raw("to come").Cid}" }))
            .JsonAsync(HttpStatusCode.Accepted);
        Promised(async (c, told) =>
        {
            using var pin = await c.GetAsync($"/psa/pins/{wanted["requestid"]}");
            Assert.True(pin.IsSuccessStatusCode, $"What was wanted is forgotten, {told}.");
        });
    }

    private async Task EndAsync(HttpClient client, Promise promise)
    {
        promise.Until = _answers;
        using var answer = await client.DeleteAsync($"/v0/pins/{promise.Id}");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        _answers++;
    }

    private async Task PublishAsync(HttpClient client, ulong sequence)
    {
        string path = $"/routing/v1/ipns/{_key.PeerId.IpnsName}";
        using var content = new ByteArrayContent(
            IpnsRecord.Create(_key, "/ipfs/bafkqaaa", sequence, TimeProvider.System.GetUtcNow().AddDays(3)).Bytes.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(IpnsRecord.MediaType);
        using var answer = await client.PutAsync(path, content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Promised(async (c, told) =>
        {
            using var stored = await c.GetAsync(path);
            Assert.True(stored.IsSuccessStatusCode, $"The name is gone, {told}.");
            Assert.True(IpnsRecord.Parse(await stored.Content.ReadAsByteArrayAsync()).Sequence >= sequence, $"An older record, {told}.");
        });
    }

    private Promise Promised(IReadOnlyList<Cid> blocks, bool answered, string? id = null) => Promised(async (client, told) =>
    {
        if (id is not null)
        {
            using var pin = await client.GetAsync($"/v0/pins/{id}");
            Assert.True(pin.IsSuccessStatusCode, $"The pin {id} is gone, {told}.");
        }

        foreach (var block in blocks)
            Assert.True(await client.HasAsync(block), $"{block} is gone, {told}.");
    }, answered, id);

    private Promise Promised(Func<HttpClient, string, Task> holds, bool answered = true, string? id = null)
    {
        _answers += answered ? 1 : 0;
        var promise = new Promise(_answers, id, holds);
        _promises.Add(promise);
        return promise;
    }

    private static async Task AtLeastAsync(HttpClient client, Uri upload, long offset, string told)
    {
        using var look = await client.LookAsync(new Uri(upload.AbsolutePath, UriKind.Relative));
        Assert.True(look.IsSuccessStatusCode && look.Offset() >= offset, $"The upload's part is gone, {told}.");
    }

    private sealed record Promise(int From, string? Id, Func<HttpClient, string, Task> Holds)
    {
        /// <summary>Answers before it was asked to end.</summary>
        public int Until { get; set; } = int.MaxValue;

        public async Task MustHoldAsync(HttpClient client, int answers, string told)
        {
            if (From <= answers && answers < Until)
                await Holds(client, told);
            if (answers <= Until)
                return;
            using var pin = await client.GetAsync($"/v0/pins/{Id}");
            Assert.True(pin.StatusCode == HttpStatusCode.NotFound, $"The pin {Id} had ended, {told}.");
        }
    }
}
