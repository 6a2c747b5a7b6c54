using System.Text;
using Microsoft.AspNetCore.Http;
using Wanda.Notify.Tests.Support;

namespace Wanda.Notify.Tests.Ntfy;

/// <summary>Against a stand-in that takes what ntfy's "publish as JSON" documents.</summary>
public sealed class NtfyChannelTests : IDisposable
{
    private readonly Secrets _secrets = new();

    public void Dispose() => _secrets.Dispose();

    [Fact]
    public async Task A_notification_is_published_as_json_with_the_token()
    {
        await using var server = await Receiver.StartAsync();
        using var channel = new NtfyChannel(
            new NtfyOptions { Address = new Uri(server.Address, "alerts"), TokenFile = _secrets.Of("tk_secret\n") }, TimeProvider.System);

        Assert.Equal("200 OK", await channel.SendAsync(Told.Warning));

        var request = Assert.Single(server.Requests);
        Assert.Equal(("/", "Bearer tk_secret"), (request.Path, request.Head["Authorization"]));
        Assert.Equal("application/json; charset=utf-8", request.Head["Content-Type"]);
        var json = request.Json;
        Assert.Equal(["topic", "title", "message", "priority", "tags", "click"], json.AsObject().Select(p => p.Key));
        Assert.Equal(("alerts", Told.Warning.Title, Told.Warning.Text),
            ((string)json["topic"]!, (string)json["title"]!, (string)json["message"]!));
        Assert.Equal((4, "warning", Told.Warning.Link!.AbsoluteUri),
            ((int)json["priority"]!, (string)json["tags"]![0]!, (string)json["click"]!));
    }

    [Theory]
    [InlineData(NotificationSeverity.Info, false, 3, "information_source")]
    [InlineData(NotificationSeverity.Urgent, false, 5, "rotating_light")]
    [InlineData(NotificationSeverity.Urgent, true, 3, "white_check_mark")]
    public async Task How_much_it_matters_is_its_priority(NotificationSeverity severity, bool isOver, int priority, string tag)
    {
        await using var server = await Receiver.StartAsync();
        using var channel = Channel(server);

        await channel.SendAsync(Told.Warning with { Severity = severity, IsOver = isOver, Link = null });

        var json = Assert.Single(server.Requests).Json;
        Assert.Equal((priority, tag), ((int)json["priority"]!, (string)json["tags"]![0]!));
        Assert.Null(json["click"]);
    }

    [Theory]
    [InlineData("🔭")]
    [InlineData("\"")]
    [InlineData("\u0001x")]
    [InlineData("я")]
    public async Task Whatever_is_told_stays_within_what_ntfy_takes(string letters)
    {
        await using var server = await Receiver.StartAsync();
        using var channel = Channel(server);
        string much = string.Concat(Enumerable.Repeat(letters, 10_000));

        await channel.SendAsync(Told.Warning with { Title = "x" + much, Text = "x" + much });

        var request = Assert.Single(server.Requests);
        Assert.InRange(Encoding.UTF8.GetByteCount(request.Body), 1000, 8192);
        Assert.InRange(Encoding.UTF8.GetByteCount((string)request.Json["message"]!), 1, 4096);
        Assert.EndsWith("…", (string)request.Json["title"]!);
        Assert.DoesNotContain('\uFFFD', request.Body);
    }

    [Theory]
    [InlineData(401, false)]
    [InlineData(429, true)]
    [InlineData(503, true)]
    public async Task A_refusal_is_said_without_token_and_topic(int status, bool isTransient)
    {
        await using var server = await Receiver.StartAsync(async c =>
        {
            c.Response.StatusCode = status;
            c.Response.Headers.RetryAfter = "7";
            await c.Response.WriteAsync($"{{\"error\":\"no\nto {c.Request.Headers.Authorization} of s3cret-topic\"}}");
        });
        using var channel = Channel(server, "tk_secret");

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.StartsWith($"ntfy at {server.Address.Authority}: it answered {status} ", refused.Message);
        Assert.EndsWith("{\"error\":\"no to Bearer *** of ***\"}", refused.Message);
        Assert.Equal((isTransient, TimeSpan.FromSeconds(7)), (refused.IsTransient, refused.RetryAfter));
    }

    [Fact]
    public async Task A_wait_may_be_said_as_a_time()
    {
        var time = new ManualTime();
        await using var server = await Receiver.StartAsync(c =>
        {
            c.Response.StatusCode = 503;
            c.Response.Headers.RetryAfter = "Sun, 01 Mar 2026 20:01:30 GMT"; // 90 s after that clock's time
            return Task.CompletedTask;
        });
        using var channel = Channel(server, time: time);

        Assert.Equal(TimeSpan.FromSeconds(90),
            (await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning))).RetryAfter);
    }

    [Fact]
    public async Task Nothing_follows_a_redirect()
    {
        await using var other = await Receiver.StartAsync();
        await using var server = await Receiver.StartAsync(c =>
        {
            c.Response.Redirect($"{other.Address}s3cret-path", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        using var channel = Channel(server, "tk_secret");

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.Empty(other.Requests);
        Assert.Contains($"it redirects to http://{other.Address.Authority},", refused.Message);
        Assert.DoesNotContain("s3cret", refused.Message);
    }

    [Fact]
    public async Task Of_an_answer_without_end_only_the_beginning_is_read()
    {
        await using var server = await Receiver.StartAsync(async c =>
        {
            c.Response.StatusCode = 500;
            byte[] more = Encoding.ASCII.GetBytes(new string('x', 1000));
            while (!c.RequestAborted.IsCancellationRequested)
                await c.Response.Body.WriteAsync(more, c.RequestAborted);
        });
        using var channel = Channel(server);

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.InRange(refused.Message.Length, 100, 300);
    }

    [Fact]
    public async Task A_token_file_is_read_for_each_try_and_said_by_its_path_alone()
    {
        await using var server = await Receiver.StartAsync();
        string file = _secrets.Of("tk_one");
        using var channel = new NtfyChannel(
            new NtfyOptions { Address = new Uri(server.Address, "alerts"), TokenFile = file }, TimeProvider.System);
        await channel.SendAsync(Told.Warning);
        _secrets.Of("tk_two");
        await channel.SendAsync(Told.Warning);
        _secrets.Of("tk_three\ntk_four");

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.Equal(["Bearer tk_one", "Bearer tk_two"], server.Requests.Select(r => r.Head["Authorization"]));
        Assert.Contains(file, refused.Message);
        Assert.DoesNotContain("tk_", refused.Message);
    }

    [Fact]
    public async Task Nobody_there_is_said_in_words()
    {
        using var port = new HeldPort();
        using var channel = new NtfyChannel(
            new NtfyOptions { Address = new Uri($"http://127.0.0.1:{port.Number}/alerts"), Sending = Told.Once }, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.Equal(($"ntfy at 127.0.0.1:{port.Number}: Connection refused", true), (refused.Message, refused.IsTransient));
    }

    private NtfyChannel Channel(Receiver server, string? token = null, TimeProvider? time = null) => new(
        new NtfyOptions
        {
            Address = new Uri(server.Address, "s3cret-topic"),
            TokenFile = token is null ? null : _secrets.Of(token),
            Sending = Told.Once,
        }, time ?? TimeProvider.System);
}
