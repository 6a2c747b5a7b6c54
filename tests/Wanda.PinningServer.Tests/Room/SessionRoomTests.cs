using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Room;

/// <summary>Room that is kept for a session: no night fails half-way because another took its place.</summary>
public sealed class SessionRoomTests
{
    private static Task<TestServer> WithQuotaAsync(long bytes, Func<PinningServerOptions, PinningServerOptions>? change = null) =>
        TestServer.StartAsync(
            o => (change ?? (x => x))(
                o with { Nodes = [.. o.Nodes.Select(n => n with { QuotaBytes = bytes })], MaintainEvery = TimeSpan.FromSeconds(1) }));

    [Fact]
    public async Task What_is_kept_for_a_session_is_for_its_uploads_alone_over_restarts()
    {
        await using var server = await WithQuotaAsync(5_000_000);
        byte[] car = await (await Frame.MakeAsync(1_500_000)).CarAsync();
        byte[] other = await (await Frame.MakeAsync(1_500_000, seed: 2)).CarAsync();

        var night = await PutAsync(server, "M 31", 4_000_000).JsonAsync();
        Assert.Equal((4_000_000L, 0L, 4_000_000L), ((long)night["bytes"]!, (long)night["arrivedBytes"]!, (long)night["remainingBytes"]!));
        Assert.Equal("QUOTA_EXCEEDED",
            await server.Client.UploadAsync(other, "session=M33").RefusedAsync(HttpStatusCode.InsufficientStorage));
        Assert.Equal("QUOTA_EXCEEDED",
            await server.Client.CreateAsync(other.Length, Tus.Metadata(("session", "M33")))
                .RefusedAsync(HttpStatusCode.InsufficientStorage));
        await server.Client.UploadAsync(car, "session=M%2031").JsonAsync(HttpStatusCode.Created);

        await server.RestartAsync();
        night = await server.Client.GetAsync("/v0/sessions/M%2031").JsonAsync();
        Assert.Equal(4_000_000 - (long)night["arrivedBytes"]!, (long)night["remainingBytes"]!);
        Assert.InRange((long)night["arrivedBytes"]!, 1_500_000, 1_510_000);
        Assert.Equal("QUOTA_EXCEEDED",
            await server.Client.UploadAsync(other, "session=M33").RefusedAsync(HttpStatusCode.InsufficientStorage));
        await server.Client.UploadAsync(other, "session=M%2031").JsonAsync(HttpStatusCode.Created);

        // At dawn what was not used goes back.
        using var ended = await server.Client.DeleteAsync("/v0/sessions/M%2031");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await server.Client.UploadAsync(other, "session=M33").JsonAsync(HttpStatusCode.Created);
        Assert.Equal("NOT_FOUND", await server.Client.GetAsync("/v0/sessions/M%2031").RefusedAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_night_that_does_not_fit_is_told_at_dusk()
    {
        await using var server = await WithQuotaAsync(5_000_000);

        Assert.Equal("QUOTA_EXCEEDED", await PutAsync(server, "M31", 5_000_001).RefusedAsync(HttpStatusCode.InsufficientStorage));
        await PutAsync(server, "M31", 3_000_000).JsonAsync();
        Assert.Equal("QUOTA_EXCEEDED", await PutAsync(server, "M33", 3_000_000).RefusedAsync(HttpStatusCode.InsufficientStorage));
        // Less is asked for after all; the refusal before changed nothing.
        Assert.Equal("QUOTA_EXCEEDED", await PutAsync(server, "M31", 6_000_000).RefusedAsync(HttpStatusCode.InsufficientStorage));
        Assert.Equal(3_000_000, (long)(await server.Client.GetAsync("/v0/sessions/M31").JsonAsync())["bytes"]!);
        await PutAsync(server, "M31", 1_000_000).JsonAsync();
        await PutAsync(server, "M33", 3_000_000).JsonAsync();
        using var hill = server.ClientOf(TestServer.Hill);
        Assert.Equal("NOT_FOUND", await hill.GetAsync("/v0/sessions/M31").RefusedAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task What_is_not_renewed_ends()
    {
        await using var server = await WithQuotaAsync(5_000_000,
            o => o with { SessionLifetime = TimeSpan.FromSeconds(1), MaxSessions = 1 });
        await PutAsync(server, "M31", 5_000_000).JsonAsync();

        await Eventually.HoldsAsync(async () =>
        {
            using var answer = await PutAsync(server, "M33", 5_000_000);
            return answer.StatusCode == HttpStatusCode.OK;
        }, "M31 gives its room back");
    }

    [Fact]
    public async Task Sessions_are_bounded()
    {
        await using var server = await WithQuotaAsync(5_000_000, o => o with { MaxSessions = 1 });
        await PutAsync(server, "M31", 1).JsonAsync();
        await PutAsync(server, "M31", 2).JsonAsync();

        Assert.Equal("TOO_MANY_SESSIONS", await PutAsync(server, "M33", 1).RefusedAsync(HttpStatusCode.TooManyRequests));
        Assert.Equal("BAD_REQUEST", await PutAsync(server, "M31", 0).RefusedAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_node_is_warned_before_its_quota_is_full()
    {
        await using var server = await WithQuotaAsync(2_000_000);
        using var first = await server.Client.UploadAsync(await (await Frame.MakeAsync(1_000_000)).CarAsync());
        // The disk of whoever runs this may be nearly full; the quota is not.
        Assert.DoesNotContain("QUOTA_LOW", first.Headers.ToString());
        Assert.DoesNotContain("QUOTA_LOW", await server.Client.GetStringAsync("/v0/node"));

        using var second = await server.Client.UploadAsync(await (await Frame.MakeAsync(850_000, seed: 2)).CarAsync());

        Assert.StartsWith("QUOTA_LOW ", second.Headers.GetValues("Wanda-Warning").Single());
        var node = await server.Client.GetAsync("/v0/node").JsonAsync();
        Assert.StartsWith("QUOTA_LOW ", (string)node["warning"]!);
        Assert.Equal(2_000_000 - (long)node["bytes"]!, (long)node["leftBytes"]!);
        string metrics = await server.Client.GetStringAsync("/metrics");
        Assert.Contains("wanda_pinning_node_room_low{node=\"dome\"} 1\n", metrics);
        Assert.Contains("wanda_pinning_node_quota_bytes{node=\"dome\"} 2000000\n", metrics);
    }

    [Fact]
    public async Task A_small_quota_on_a_large_disk_is_no_full_disk()
    {
        await using var server = await WithQuotaAsync(2_000_000, o => o with { WarnAt = 0.999 });
        using var answer = await server.Client.UploadAsync(await (await Frame.MakeAsync(1_000_000)).CarAsync());
        Assert.False(answer.Headers.Contains("Wanda-Warning"), answer.Headers.ToString());
    }

    private static Task<HttpResponseMessage> PutAsync(TestServer server, string session, long bytes) =>
        server.Client.PutAsync($"/v0/sessions/{Uri.EscapeDataString(session)}", Api.Json(new { bytes }));
}
