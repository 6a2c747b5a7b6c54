using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Access;

public sealed class RateTests
{
    [Fact]
    public async Task A_node_gone_wild_is_told_to_wait_and_the_others_are_not()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxRequestsPerMinute = 10 });
        using var hill = server.ClientOf(TestServer.Hill);
        int taken = 0;
        HttpResponseMessage answer;
        while ((answer = await server.Client.GetAsync("/v0/node")).StatusCode == HttpStatusCode.OK && taken < 100)
        {
            answer.Dispose();
            taken++;
        }

        using (answer)
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }

        Assert.InRange(taken, 10, 20);
        await hill.GetAsync("/v0/node").JsonAsync();
        using var anybody = server.ClientOf(null);
        for (int i = 0; i < 30; i++)
        {
            foreach (string path in (string[])["/health", "/health/", "/HEALTH"])
                await anybody.GetAsync(path).JsonAsync();
        }
    }

    [Fact]
    public async Task Invites_are_tried_so_often_and_no_more()
    {
        await using var server = await TestServer.StartAsync();
        using var anybody = server.ClientOf(null);
        var wish = new { invite = "wandainvite_x", tokenSha256 = new string('0', 64) };
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 100; i++)
        {
            using var answer = await anybody.PostAsync("/v0/join", Api.Json(wish));
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.TooManyRequests], statuses.Distinct());
    }
}
