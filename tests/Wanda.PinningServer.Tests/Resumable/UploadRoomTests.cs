using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Resumable;

/// <summary>Room is taken at the beginning, kept over a restart, and comes back however the upload ends.</summary>
public sealed class UploadRoomTests
{
    private static Task<TestServer> WithQuotaAsync(long bytes) =>
        TestServer.StartAsync(
            o => o with { Nodes = [.. o.Nodes.Select(n => n with { QuotaBytes = bytes })], MaintainEvery = TimeSpan.FromSeconds(1) });

    [Fact]
    public async Task Quota_is_taken_at_creation_over_restarts_and_comes_back_at_the_end()
    {
        await using var server = await WithQuotaAsync(1_500_000);
        byte[] car = await (await Frame.MakeAsync(1_000_000)).CarAsync();
        var upload = await server.Client.BeginAsync(car.Length);

        Assert.Equal("QUOTA_EXCEEDED", await server.Client.CreateAsync(car.Length).RefusedAsync(HttpStatusCode.InsufficientStorage));
        await server.RestartAsync();
        Assert.Equal("QUOTA_EXCEEDED", await server.Client.UploadAsync(car).RefusedAsync(HttpStatusCode.InsufficientStorage));
        using var ended = await server.Client.EndAsync(new Uri(upload.PathAndQuery, UriKind.Relative));

        upload = await server.Client.BeginAsync(car.Length);
        using var whole = await server.Client.AppendAsync(upload, 0, car);
        Assert.NotNull(whole.Pin());
        // What is kept counts once, and not as an upload any more.
        await server.Client.BeginAsync(400_000);
    }

    [Fact]
    public async Task What_is_larger_than_an_upload_may_be_is_refused_before_its_first_byte()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxUploadBytes = 1000 });

        Assert.Equal("PAYLOAD_TOO_LARGE", await server.Client.CreateAsync(1001).RefusedAsync(HttpStatusCode.RequestEntityTooLarge));
    }

    [Fact]
    public async Task An_upload_may_be_as_large_as_the_quota_and_who_can_raise_that_is_told()
    {
        const long Gigabyte = 1_000_000_000;
        await using var server = await WithQuotaAsync(5 * Gigabyte);

        Assert.Contains("5000000000", await WordsAsync(server.Client.CreateAsync(6 * Gigabyte), "operator of this server"));
        await server.Client.BeginAsync(4 * Gigabyte);
    }

    private static async Task<string> WordsAsync(Task<HttpResponseMessage> refused, string part)
    {
        string words = (string)(await refused.JsonAsync(HttpStatusCode.InsufficientStorage))["error"]!["details"]!;
        Assert.Contains(part, words);
        return words;
    }

    [Fact]
    public async Task A_disk_without_room_for_the_parts_and_the_frame_refuses()
    {
        long free = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;
        await using var server = await TestServer.StartAsync(o => o with { MinFreeBytes = free - 900_000_000 });

        // It fits once, but not twice.
        await WordsAsync(server.Client.CreateAsync(600_000_000), "600000000, of which an upload in parts takes 1200000000");
    }

    [Fact]
    public async Task A_node_has_so_many_open_uploads_and_no_more()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxOpenUploads = 2 });
        var first = await server.Client.BeginAsync(100);
        await server.Client.BeginAsync(100);

        using var refused = await server.Client.CreateAsync(100);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        using var hill = server.ClientOf(TestServer.Hill);
        await hill.BeginAsync(100);
        using var ended = await server.Client.EndAsync(first);
        await server.Client.BeginAsync(100);
    }

    [Fact]
    public async Task Whoever_could_send_nothing_now_is_told_before_it_sends_and_has_begun_nothing()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxUploadsPerNode = 1, MaxOpenUploads = 2 });
        string metadata = Tus.Metadata(("cid", (await Frame.MakeAsync(1)).Root.ToString()));
        var own = await server.Client.BeginAsync(1000, metadata);
        using var line = new CancellationTokenSource();
        using var slow = new Body(1000, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(new byte[100], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        });
        var first = server.Client.AppendAsync(own, 0, slow, line.Token);
        await Eventually.HoldsAsync(
            async () => (await server.Client.GetStringAsync("/metrics")).Contains("wanda_pinning_uploads_in_progress 1\n",
                StringComparison.Ordinal), "it is under way");

        for (int i = 0; i < 3; i++)
        {
            using var refused = await server.Client.CreateAsync(500);
            Assert.Equal((HttpStatusCode.TooManyRequests, true),
                (refused.StatusCode, refused.Headers.RetryAfter!.Delta < TimeSpan.FromMinutes(1)));
        }

        // Who lost the line that it was sending on takes its own place.
        using var again = await server.Client.CreateAsync(1000, metadata);
        Assert.Equal((HttpStatusCode.OK, 100L), (again.StatusCode, again.Offset()));

        await line.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task What_nobody_touches_ends_and_gives_its_room_back()
    {
        await using var server = await TestServer.StartAsync(o => o with
        {
            Nodes = [.. o.Nodes.Select(n => n with { QuotaBytes = 1000 })],
            MaintainEvery = TimeSpan.FromSeconds(1),
            UploadLifetime = TimeSpan.FromSeconds(1),
        });
        var upload = await server.Client.BeginAsync(1000);

        await Eventually.HoldsAsync(async () =>
        {
            using var look = await server.Client.LookAsync(upload);
            return look.StatusCode == HttpStatusCode.NotFound;
        }, "the upload is given up");

        // Its file and its room go right after it.
        await Eventually.HoldsAsync(() => Directory.GetFiles(Path.Combine(server.Folder, "uploads")).Length == 0, "its file goes");
        await Eventually.HoldsAsync(async () =>
        {
            using var next = await server.Client.CreateAsync(1000);
            return next.IsSuccessStatusCode;
        }, "there is room again");
    }
}
