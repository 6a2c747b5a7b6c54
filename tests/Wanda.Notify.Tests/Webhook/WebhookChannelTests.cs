using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wanda.Notify.Tests.Support;

namespace Wanda.Notify.Tests.Webhook;

public sealed class WebhookChannelTests : IDisposable
{
    private const string Key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly Secrets _secrets = new();

    public void Dispose() => _secrets.Dispose();

    [Fact]
    public async Task The_shape_is_the_documented_one()
    {
        await using var server = await Receiver.StartAsync();
        using var channel = Channel(server, null);

        await channel.SendAsync(Told.Warning with { Title = "Silent", Text = "Since yesterday." });
        await channel.SendAsync(Told.Warning with { Severity = NotificationSeverity.Urgent, IsOver = true, Link = null });

        Assert.Equal(
            """
            {"version":1,"id":"n1","key":"silent/dome-1","severity":"warning","over":false,"title":"Silent","text":"Since yesterday.",
            "link":"https://pin.example.org/pins?node=dome-1","at":"2026-03-01T20:00:00Z"}
            """.ReplaceLineEndings(""),
            server.Requests.First().Body);
        Assert.Equal(("/hook?t=1", "n1"), (server.Requests.First().Path, server.Requests.First().Head["webhook-id"]));
        Assert.False(server.Requests.First().Head.ContainsKey("webhook-signature"));
        var over = server.Requests.Last().Json;
        Assert.Equal(("urgent", true), ((string)over["severity"]!, (bool)over["over"]!));
        Assert.False(over.AsObject().ContainsKey("link"));
    }

    [Fact]
    public async Task A_signature_is_over_id_time_and_body()
    {
        await using var server = await Receiver.StartAsync();
        var time = new ManualTime();
        using var channel = Channel(server, _secrets.Of($"whsec_{Key}\n"), time);

        await channel.SendAsync(Told.Warning);

        var request = Assert.Single(server.Requests);
        Assert.Equal(time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), request.Head["webhook-timestamp"]);
        Assert.Equal(SignatureOf(request.Head["webhook-id"], request.Head["webhook-timestamp"], request.Body),
            request.Head["webhook-signature"]);
    }

    /// <summary>The example that the libraries of Standard Webhooks share: so what is asserted above is what receivers check.</summary>
    [Fact]
    public void The_signature_is_that_of_standard_webhooks() =>
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            SignatureOf("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", """{"test": 2432232314}"""));

    [Theory]
    [InlineData("hello")]
    [InlineData("whsec_AAAA")]
    [InlineData("whsec_not base64 not base64 not base64")]
    public async Task What_is_no_key_signs_nothing_and_sends_nothing(string secret)
    {
        await using var server = await Receiver.StartAsync();
        using var channel = Channel(server, _secrets.Of(secret));

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.Empty(server.Requests);
        Assert.Contains("openssl rand -base64 32", refused.Message);
        Assert.DoesNotContain(secret, refused.Message);
    }

    [Fact]
    public async Task Its_path_is_told_nowhere()
    {
        await using var server = await Receiver.StartAsync(async c =>
        {
            c.Response.StatusCode = 404;
            await c.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($"no {c.Request.Path}{c.Request.QueryString} here"));
        });
        using var channel = Channel(server, null);

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.Equal($"webhook at {server.Address.Authority}: it answered 404 Not Found: no *** here", refused.Message);
        Assert.DoesNotContain("hook?", new WebhookOptions { Address = new Uri(server.Address, "hook?t=1") }.ToString());
    }

    private static string SignatureOf(string id, string timestamp, string body) => "v1," + Convert.ToBase64String(
        HMACSHA256.HashData(Convert.FromBase64String(Key), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));

    private static WebhookChannel Channel(Receiver server, string? secretFile, TimeProvider? time = null) => new(
        new WebhookOptions { Address = new Uri(server.Address, "hook?t=1"), SecretFile = secretFile, Sending = Told.Once },
        time ?? TimeProvider.System);
}
