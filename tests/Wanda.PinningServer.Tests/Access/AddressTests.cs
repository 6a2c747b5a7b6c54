using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Access;

/// <summary>Who tries tokens and invites is slowed by where he comes from, which a trusted proxy tells and nobody else.</summary>
public sealed class AddressTests
{
    private const int Tries = 50;

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.8")]
    [InlineData("2001:db8:0:1::7", "2001:db8:0:2::7")]
    [InlineData("198.51.100.1, 203.0.113.7", "203.0.113.7, 198.51.100.1")] // only the last one is the proxy's own word
    [InlineData("203.0.113.7, 127.0.0.9", "203.0.113.8, 127.0.0.9")] // of two proxies
    public async Task Wrong_tokens_slow_their_own_address_and_no_good_token(string address, string other)
    {
        await using var server = await TestServer.StartAsync();

        var answers = await TryTokensAsync(server, _ => address);

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], answers.Select(a => a.Status).Distinct());
        Assert.All(answers.Where(a => a.Status == HttpStatusCode.TooManyRequests), a => Assert.InRange(a.Wait!.Value.TotalSeconds, 1, 60));
        Assert.Equal([HttpStatusCode.Unauthorized], (await TryTokensAsync(server, _ => other, 1)).Select(a => a.Status));
        using var node = From(server, address, TestServer.Dome);
        await node.GetAsync("/v0/node").JsonAsync();
    }

    [Fact]
    public async Task Who_has_an_IPv6_network_has_one_address()
    {
        await using var server = await TestServer.StartAsync();

        var answers = await TryTokensAsync(server, i => $"2001:db8:0:1:{i:x}::1");

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], answers.Select(a => a.Status).Distinct());
    }

    [Theory]
    [InlineData()]
    [InlineData("10.0.0.0/8", "::1")]
    public async Task What_anybody_else_writes_into_the_header_counts_for_nothing(params string[] trusted)
    {
        await using var server = await TestServer.StartAsync(o => o with { TrustedProxies = trusted });

        var answers = await TryTokensAsync(server, i => $"203.0.113.{i}");

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], answers.Select(a => a.Status).Distinct());
    }

    [Fact]
    public async Task Wrong_tokens_from_everywhere_are_slowed_in_all()
    {
        await using var server = await TestServer.StartAsync();

        var answers = await TryTokensAsync(server, i => $"198.18.{i / 250}.{i % 250}", 700);

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], answers.Select(a => a.Status).Distinct());
        await server.Client.GetAsync("/v0/node").JsonAsync();
    }

    [Fact]
    public async Task A_join_waits_for_nobody_elses_guesses_and_good_ones_cost_nothing()
    {
        await using var server = await TestServer.StartAsync(o => o with { Nodes = [] });
        await using var operators = await PinningServerOperator.OpenAsync(server.Folder, TimeProvider.System);
        using var stranger = From(server, "203.0.113.7", null);
        var guesses = new List<HttpStatusCode>();
        for (int i = 0; i < Tries; i++)
        {
            using var guess = await JoinAsync(stranger, "wandainvite_guessed");
            guesses.Add(guess.StatusCode);
        }

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.TooManyRequests], guesses.Distinct());
        using var school = From(server, "203.0.113.8", null);
        for (int i = 0; i < Tries; i++)
            await JoinAsync(school, await operators.InviteAsync(new Invitation($"x{new string('y', i)}"))).JsonAsync();
    }

    [Fact]
    public async Task A_token_that_was_good_is_no_guess()
    {
        await using var server = await TestServer.StartAsync(o => o with
        {
            Nodes = [.. o.Nodes.Select(n => n.Name == TestServer.Dome ? n with { Expires = DateTimeOffset.UnixEpoch } : n)],
        });

        for (int i = 0; i < Tries; i++)
            Assert.Equal("UNAUTHORIZED", await server.Client.GetAsync("/v0/node").RefusedAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task Readers_without_a_token_have_a_share_each()
    {
        await using var server = await TestServer.StartAsync(o => o with { Reads = Reads.Public, MaxRequestsPerMinute = 10 });
        using var wild = From(server, "203.0.113.7", null);
        var answers = new HashSet<HttpStatusCode>();
        for (int i = 0; i < Tries; i++)
        {
            using var answer = await wild.GetAsync("/ipfs/bafkqaaa");
            answers.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], answers);
        using var reader = From(server, "203.0.113.8", null);
        using var read = await reader.GetAsync("/ipfs/bafkqaaa");
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Fact]
    public async Task Without_tokens_whoever_comes_through_a_proxy_is_nobody_here()
    {
        await using var server = await TestServer.StartAsync(o => o with { Nodes = [] });
        using var client = From(server, "203.0.113.7", null);

        // An nginx that is told nothing about Host sends the name of this machine.
        Assert.Equal("UNAUTHORIZED", await client.GetAsync("/v0/node").RefusedAsync(HttpStatusCode.Unauthorized));
    }

    private static async Task<List<(HttpStatusCode Status, TimeSpan? Wait)>> TryTokensAsync(
        TestServer server, Func<int, string> address, int tries = Tries)
    {
        using var client = server.With("wanda_guessed");
        var answers = new List<(HttpStatusCode, TimeSpan?)>();
        for (int i = 0; i < tries; i++)
        {
            using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v0/node")
            {
                Headers = { { "X-Forwarded-For", address(i) } },
            });
            answers.Add((answer.StatusCode, answer.Headers.RetryAfter?.Delta));
        }

        return answers;
    }

    private static Task<HttpResponseMessage> JoinAsync(HttpClient client, string invite) => client.PostAsync(
        "/v0/join", Api.Json(new { invite, tokenSha256 = AccessToken.Hash(AccessToken.Generate()) }));

    private static HttpClient From(TestServer server, string address, string? node)
    {
        var client = server.ClientOf(node);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }
}
