using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Upload;

/// <summary>Lines break in the middle; slots, room and disk must be as before.</summary>
[Trait("Rerun", "Never")]
public sealed class HalfSentUploadTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broken_line_leaves_nothing(bool announced)
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxUploadsPerNode = 1 });
        var frame = await Frame.MakeAsync(4_000_000);
        byte[] car = await frame.CarAsync();
        using var cut = new CancellationTokenSource();
        using var body = new Body(announced ? car.Length : null, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(car.AsMemory(0, 3_000_000), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            // Blocks have arrived and lie staged: now the line goes.
            await Eventually.HoldsAsync(() => server.Staged().Length >= 2, "blocks are staged");
            await cut.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Client.PostAsync("/v0/car", body, cut.Token));

        await Eventually.HoldsAsync(() => server.Staged().Length == 0, "the staged blocks are gone");
        Assert.Empty(server.Blocks());
        Assert.Empty(await server.Client.PinsAsync());
        // The one slot is free again.
        await Eventually.HoldsAsync(async () =>
        {
            using var answer = await server.Client.UploadAsync(car);
            return answer.StatusCode == HttpStatusCode.Created;
        }, "the slot is free");
    }

    [Fact]
    public async Task Killed_at_any_moment_an_upload_is_there_whole_or_not_at_all()
    {
        await using var server = new ServerProcess();
        var frame = await Frame.MakeAsync(6_000_000);
        byte[] car = await frame.CarAsync();
        var moments = new Random(20261121);
        var promised = new List<string>();

        for (int kill = 0; kill < 8; kill++)
        {
            await server.StartAsync();
            await AssertPromisesKeptAsync(server, frame, promised);
            promised.AddRange(await UploadUntilKilledAsync(server, car, kill, moments));
        }

        await server.StartAsync();
        await AssertPromisesKeptAsync(server, frame, promised);
        await server.Client.UploadAsync(car, "capture=last").JsonAsync(HttpStatusCode.Created);
        Assert.Equal(frame.Content, await server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        Assert.Empty(Directory.GetFiles(Path.Combine(server.Folder, "blocks", "staging"), "*.block", SearchOption.AllDirectories));
    }

    // Uploads go on, one after another, until the process is killed after a random number of bytes of some upload.
    private static async Task<List<string>> UploadUntilKilledAsync(ServerProcess server, byte[] car, int round, Random moments)
    {
        var acknowledged = new List<string>();
        int uploads = moments.Next(0, 3);
        for (int i = 0; i < uploads; i++)
        {
            var pin = await server.Client.UploadAsync(car, $"capture={round}-{i}").JsonAsync(HttpStatusCode.Created);
            acknowledged.Add((string)pin["pinId"]!);
        }

        int sent = moments.Next(0, car.Length + 1);
        var onTheWay = new TaskCompletionSource();
        var killed = new TaskCompletionSource();
        using var body = new Body(car.Length, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(car.AsMemory(0, sent), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            onTheWay.SetResult();
            await (sent < car.Length ? killed.Task.WaitAsync(cancellationToken) : Task.CompletedTask);
        });
        var upload = server.Client.PostAsync($"/v0/car?capture={round}-cut", body);
        await onTheWay.Task;
        await server.KillAsync();
        killed.SetException(new IOException("The line broke."));
        try
        {
            acknowledged.Add((string)(await upload.JsonAsync(HttpStatusCode.Created))["pinId"]!);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // Killed before it could say yes: then it promised nothing.
        }

        return acknowledged;
    }

    private static async Task AssertPromisesKeptAsync(ServerProcess server, Frame frame, List<string> promised)
    {
        var pins = await server.Client.PinsAsync("limit=1000");
        var ids = pins.Select(p => (string)p!["pinId"]!).ToHashSet();
        Assert.Subset(ids, promised.ToHashSet());
        if (pins.Count > 0)
        {
            // A pin without an answer may exist, but only whole.
            Assert.Equal(frame.Content, await server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        }
    }
}
