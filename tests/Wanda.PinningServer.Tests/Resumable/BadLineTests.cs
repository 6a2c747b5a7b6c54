using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Resumable;

/// <summary>Lines that break and servers that die: an upload goes on where it stopped, and what was said to be stored is.</summary>
[Trait("Rerun", "Never")]
public sealed class BadLineTests
{
    private const int Frame61Megapixels = 9576 * 6388 * 2;

    [Fact]
    public async Task Sixty_one_megapixels_come_over_a_line_that_breaks_every_five_megabytes()
    {
        await using var server = await TestServer.StartAsync();
        var frame = await Frame.MakeAsync(Frame61Megapixels);
        byte[] car = await frame.CarAsync();
        await using var line = new BadLine(server.Address, breakAfter: 5_000_000);
        using var client = server.ClientOf(TestServer.Dome, line.Address);

        var (pin, breaks) = await client.SendAsync(car, Tus.Metadata(("cid", frame.Root.ToString()), ("capture", "c1")), maxBreaks: 60);

        Assert.InRange(breaks, car.Length / 5_000_000, 60);
        // Nothing but what a break took with it was sent twice: buffers of the line, some hundred kB each time.
        Assert.InRange(line.Sent, car.Length, car.Length * 1.5);
        Assert.Equal(pin, (string)Assert.Single(await server.Client.PinsAsync())!["pinId"]!);
        Assert.Equal(frame.Content, await server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    [Fact]
    public async Task Killed_at_any_moment_the_server_goes_on_from_what_it_said_it_had()
    {
        await using var server = new ServerProcess();
        var frame = await Frame.MakeAsync(24_000_000);
        byte[] car = await frame.CarAsync();
        string metadata = Tus.Metadata(("cid", frame.Root.ToString()), ("capture", "c1"));
        var moments = new Random(20261125);
        long promised = 0;
        string? pin = null;

        for (int kill = 0; kill < 12 && pin is null; kill++)
        {
            await server.StartAsync();
            using var begun = await server.Client.CreateAsync(car.Length, metadata);
            begun.EnsureSuccessStatusCode();
            // A pin whose answer was lost in the kill ends the upload: then a new one begins at 0.
            bool finished = begun.StatusCode == HttpStatusCode.Created && (await server.Client.PinsAsync()).Count == 1;
            Assert.InRange(begun.Offset(), finished ? 0 : promised, car.Length);
            (promised, pin) = await SendUntilKilledAsync(server, begun.Place(), car, begun.Offset(), moments);
        }

        await server.StartAsync();
        var (last, _) = await server.Client.SendAsync(car, metadata, maxBreaks: 0);
        Assert.Equal(pin ?? last, last);
        Assert.Equal(last, (string)Assert.Single(await server.Client.PinsAsync())!["pinId"]!);
        Assert.Equal(frame.Content, await server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        Assert.Empty(Directory.GetFiles(Path.Combine(server.Folder, "uploads")));
    }

    // Parts are sent, and the process is killed after a random number of bytes of one of them, or as the last one is being answered.
    private static async Task<(long Promised, string? Pin)> SendUntilKilledAsync(
        ServerProcess server, Uri upload, byte[] car, long offset, Random moments)
    {
        long end = Math.Min(car.Length, offset + moments.Next(1, 9_000_000));
        int sent = moments.Next(4) == 0 ? (int)(end - offset) : moments.Next(0, (int)(end - offset) + 1);
        var onTheWay = new TaskCompletionSource();
        var killed = new TaskCompletionSource();
        using var part = new Body(end - offset, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(car.AsMemory((int)offset, sent), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            onTheWay.SetResult();
            await (sent < end - offset ? killed.Task.WaitAsync(cancellationToken) : Task.CompletedTask);
        });
        var append = server.Client.AppendAsync(upload, offset, part);
        await onTheWay.Task;
        await server.KillAsync();
        killed.SetException(new IOException("The line broke."));
        try
        {
            using var answer = await append;
            answer.EnsureSuccessStatusCode();
            return (answer.Offset(), answer.Pin());
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return (offset, null);
        }
    }
}
