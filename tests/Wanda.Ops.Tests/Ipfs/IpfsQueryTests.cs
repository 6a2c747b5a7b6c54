using Microsoft.AspNetCore.Http;
using Wanda.Hosting;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ops.Tests.Ipfs;

/// <summary>Pages that stay open do not have the daemon count its blocks and pins again and again.</summary>
public sealed class IpfsQueryTests : IAsyncLifetime
{
    private readonly JumpingTime _time = new();
    private readonly KuboStandIn _daemon = new();
    private bool _counts = true;
    private StandIn _kubo = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _kubo = await StandIn.StartAsync(context =>
        {
            if (_counts || !IsCount($"{context.Request.Path}{context.Request.QueryString}"))
                return _daemon.AnswerAsync(context);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
        _node = await TestNode.CreateAsync(
            o => o with { Ipfs = o.Ipfs with { Kubo = new KuboOptions { Url = _kubo.Address.AbsoluteUri } } }, _time);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _kubo.DisposeAsync();
    }

    [Fact]
    public async Task What_it_counts_is_asked_once_a_minute_for_all_pages_and_the_rest_more_often()
    {
        for (var seconds = 0; seconds < 60; seconds += 6)
        {
            var views = await Task.WhenAll(ReadAsync(), ReadAsync());
            Assert.All(views, v => Assert.Equal(("/data", 0), (v.Facts!.Repository, v.Facts.Pins!.Value)));
            _time.Advance(TimeSpan.FromSeconds(6));
        }

        Assert.Equal((10, 1, 1), (Asked("/version"), Counted(), Asked("/pin/ls")));
        await ReadAsync();
        Assert.Equal((11, 2, 2), (Asked("/version"), Counted(), Asked("/pin/ls")));
    }

    [Fact]
    public async Task Another_daemon_is_counted_at_once()
    {
        await ReadAsync();
        _daemon.Peer = "12D3KooWOther";
        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal("12D3KooWOther", (await ReadAsync()).Facts!.PeerId);
        Assert.Equal(2, Counted());
    }

    [Fact]
    public async Task One_that_does_not_count_in_time_is_shown_without_and_not_asked_again_at_once()
    {
        _counts = false;
        for (var i = 0; i < 3; i++)
        {
            var view = await ReadAsync();
            Assert.True(view.IsReady);
            Assert.Equal((null, 1024), (view.Facts!.Pins, view.Facts.RepositoryBytes));
            _time.Advance(TimeSpan.FromSeconds(6));
        }

        Assert.Equal(1, Counted());
    }

    private Task<IpfsView> ReadAsync() => _node.Get<IpfsQuery>().ReadAsync(default);

    private static bool IsCount(string request) => request.EndsWith("/repo/stat", StringComparison.Ordinal); // not of the size alone

    private int Counted() => _kubo.Requests.Count(IsCount);

    private int Asked(string command) => _kubo.Requests.Count(r => r.Contains(command, StringComparison.Ordinal));
}
