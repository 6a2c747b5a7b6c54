using System.Net;
using System.Net.Http.Headers;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Ipns;

public sealed class IpnsRoutingTests : IAsyncLifetime
{
    private const string Value = "/ipfs/bafkqaaa";

    private readonly NodeKey _key = NodeKey.Generate();
    private readonly DateTimeOffset _soon = TimeProvider.System.GetUtcNow().AddDays(30);
    private TestServer _server = null!;

    private string Name => _key.PeerId.IpnsName;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(o => o with { MaxNames = 2 });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task What_was_put_is_got_over_a_restart()
    {
        var record = IpnsRecord.Create(_key, Value, 3, _soon, TimeSpan.FromSeconds(77));
        await PutAsync(record, HttpStatusCode.OK);
        await _server.RestartAsync();

        using var answer = await _server.Client.GetAsync($"/routing/v1/ipns/{Name}");

        Assert.Equal(record.Bytes.ToArray(), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(IpnsRecord.MediaType, answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(TimeSpan.FromSeconds(77), answer.Headers.CacheControl!.MaxAge);
        Assert.NotNull(answer.Headers.ETag);
        using var bySpelling = await _server.Client.GetAsync($"/routing/v1/ipns/{_key.PeerId}");
        Assert.Equal(HttpStatusCode.OK, bySpelling.StatusCode);
    }

    [Fact]
    public async Task The_newest_wins_whatever_the_order()
    {
        var older = IpnsRecord.Create(_key, Value, 3, _soon.AddDays(1));
        var newer = IpnsRecord.Create(_key, "/ipfs/bafkqaab", 4, _soon);
        var renewed = IpnsRecord.Create(_key, "/ipfs/bafkqaab", 4, _soon.AddHours(1));
        await PutAsync(older, HttpStatusCode.OK);
        await PutAsync(newer, HttpStatusCode.OK);
        await PutAsync(newer, HttpStatusCode.OK);
        await PutAsync(renewed, HttpStatusCode.OK);

        await PutAsync(older, HttpStatusCode.Conflict);
        await PutAsync(newer, HttpStatusCode.Conflict);

        Assert.Equal(renewed.Bytes.ToArray(), await _server.Client.GetByteArrayAsync($"/routing/v1/ipns/{Name}"));
    }

    [Fact]
    public async Task Another_value_under_the_same_sequence_and_end_is_told_as_what_it_is()
    {
        var first = IpnsRecord.Create(_key, Value, 3, _soon);
        await PutAsync(first, HttpStatusCode.OK);

        using var body = new ByteArrayContent(IpnsRecord.Create(_key, "/ipfs/bafkqaab", 3, _soon).Bytes.ToArray())
        {
            Headers = { ContentType = new MediaTypeHeaderValue(IpnsRecord.MediaType) },
        };

        Assert.Equal("CONFLICTING_RECORD",
            await _server.Client.PutAsync($"/routing/v1/ipns/{Name}", body).RefusedAsync(HttpStatusCode.Conflict));
        Assert.Equal(first.Bytes.ToArray(), await _server.Client.GetByteArrayAsync($"/routing/v1/ipns/{Name}"));
    }

    [Fact]
    public async Task A_record_that_is_known_is_not_sent_again_and_one_of_several_types_is_enough()
    {
        await PutAsync(IpnsRecord.Create(_key, Value, 3, _soon), HttpStatusCode.OK);
        foreach (string path in new[] { $"/routing/v1/ipns/{Name}", $"/ipns/{Name}" })
        {
            using var first = await AskAsync(path, "");
            using var again = await AskAsync(path, $"\"x\", W/{first.Headers.ETag}");

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified), (first.StatusCode, again.StatusCode));
        }

        async Task<HttpResponseMessage> AskAsync(string path, string tags)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path)
            {
                Headers = { { "Accept", $"text/html;q=0.5, {IpnsRecord.MediaType}" } },
            };
            if (tags.Length > 0)
                request.Headers.TryAddWithoutValidation("If-None-Match", tags);
            return await _server.Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Only_the_owner_of_a_name_can_publish_it()
    {
        var forged = IpnsRecord.Create(NodeKey.Generate(), Value, 9, _soon);

        await PutAsync(forged, HttpStatusCode.BadRequest, Name);

        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/routing/v1/ipns/{Name}").RefusedAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Expired_damaged_large_or_unnamed_records_are_refused()
    {
        await PutAsync(IpnsRecord.Create(_key, Value, 1, TimeProvider.System.GetUtcNow().AddSeconds(-1)), HttpStatusCode.BadRequest);
        byte[] damaged = IpnsRecord.Create(_key, Value, 1, _soon).Bytes.ToArray();
        damaged[^3] ^= 1;
        await PutAsync(damaged, HttpStatusCode.BadRequest, Name);
        await PutAsync(new byte[20_000], HttpStatusCode.BadRequest, Name);
        await PutAsync(IpnsRecord.Create(_key, Value, 1, _soon).Bytes.ToArray(), HttpStatusCode.BadRequest, "bafkqaaa");
    }

    [Fact]
    public async Task Another_media_type_is_told_the_right_one()
    {
        using var text = new StringContent("x");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/routing/v1/ipns/{Name}")
        {
            Headers = { Accept = { new("application/json") } },
        };

        var put = await _server.Client.PutAsync($"/routing/v1/ipns/{Name}", text).JsonAsync(HttpStatusCode.NotAcceptable);
        var get = await _server.Client.SendAsync(request).JsonAsync(HttpStatusCode.NotAcceptable);

        Assert.Contains(IpnsRecord.MediaType, (string)put["error"]!["details"]!);
        Assert.Contains(IpnsRecord.MediaType, (string)get["error"]!["details"]!);
    }

    [Fact]
    public async Task A_browser_is_led_to_what_the_name_points_at()
    {
        await PutAsync(IpnsRecord.Create(_key, Value, 1, _soon), HttpStatusCode.OK);

        using var answer = await _server.Client.GetAsync($"/ipns/{Name}/a%20b/c.fits?download=true");

        Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
        Assert.Equal($"{Value}/a%20b/c.fits?download=true", answer.Headers.Location!.OriginalString);
        byte[] record = await _server.Client.GetByteArrayAsync($"/ipns/{Name}?format=ipns-record");
        IpnsRecord.Parse(record).Validate(_key.PeerId, TimeProvider.System.GetUtcNow());
    }

    [Theory]
    [InlineData("//elsewhere.example/x")]
    [InlineData("/dnslink/x")]
    public async Task Nobody_is_led_elsewhere(string value)
    {
        await PutAsync(IpnsRecord.Create(_key, value, 1, _soon), HttpStatusCode.OK);

        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/ipns/{Name}").RefusedAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_node_publishes_so_many_names_and_no_more()
    {
        for (int i = 0; i < 2; i++)
        {
            await PutAsync(IpnsRecord.Create(NodeKey.Generate(), Value, 1, _soon), HttpStatusCode.BadRequest, Name);
            var key = NodeKey.Generate();
            await PutAsync(IpnsRecord.Create(key, Value, 1, _soon).Bytes.ToArray(), HttpStatusCode.OK, key.PeerId.IpnsName);
        }

        await PutAsync(IpnsRecord.Create(_key, Value, 1, _soon), HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_name_that_has_ended_makes_room_and_one_that_another_node_renews_stays_on_its_first_ones_account()
    {
        var end = TimeProvider.System.GetUtcNow().AddSeconds(2);
        for (int i = 0; i < 2; i++)
        {
            var key = NodeKey.Generate();
            await PutAsync(IpnsRecord.Create(key, Value, 1, end).Bytes.ToArray(), HttpStatusCode.OK, key.PeerId.IpnsName);
        }

        await Eventually.HoldsAsync(() => TimeProvider.System.GetUtcNow() > end, "they have ended");
        await PutAsync(IpnsRecord.Create(_key, Value, 1, _soon), HttpStatusCode.OK);
        using var hill = _server.ClientOf(TestServer.Hill);
        using var body = new ByteArrayContent(IpnsRecord.Create(_key, Value, 2, _soon).Bytes.ToArray())
        {
            Headers = { ContentType = new MediaTypeHeaderValue(IpnsRecord.MediaType) },
        };
        using var renewed = await hill.PutAsync($"/routing/v1/ipns/{Name}", body);
        Assert.Equal(HttpStatusCode.OK, renewed.StatusCode);

        var second = NodeKey.Generate();
        await PutAsync(IpnsRecord.Create(second, Value, 1, _soon).Bytes.ToArray(), HttpStatusCode.OK, second.PeerId.IpnsName);
        var third = NodeKey.Generate();
        await PutAsync(IpnsRecord.Create(third, Value, 1, _soon).Bytes.ToArray(), HttpStatusCode.TooManyRequests, third.PeerId.IpnsName);
    }

    private Task PutAsync(IpnsRecord record, HttpStatusCode expected, string? name = null) =>
        PutAsync(record.Bytes.ToArray(), expected, name ?? Name);

    private async Task PutAsync(byte[] record, HttpStatusCode expected, string name)
    {
        using var body = new ByteArrayContent(record) { Headers = { ContentType = new MediaTypeHeaderValue(IpnsRecord.MediaType) } };
        using var answer = await _server.Client.PutAsync($"/routing/v1/ipns/{name}", body);
        Assert.True(expected == answer.StatusCode,
            $"{expected} was expected, {answer.StatusCode} came: {await answer.Content.ReadAsStringAsync()}");
    }
}
