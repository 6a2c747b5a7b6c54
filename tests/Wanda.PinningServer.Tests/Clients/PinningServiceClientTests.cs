using System.Net;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Clients;

/// <summary>The Pinning Service client of Wanda.Ipfs against the real server.</summary>
public sealed class PinningServiceClientTests : IAsyncLifetime
{
    private const string Origin = "/ip4/192.0.2.1/tcp/4001/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

    private TestServer _server = null!;
    private PinningServiceClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(o => o with { MaxQueuedPins = 250 });
        _client = new(Endpoint, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private RemoteEndpoint Endpoint => new(new Uri(_server.Address, "psa/"))
    {
        Authorization = _server.Client.DefaultRequestHeaders.Authorization,
        FirstWait = TimeSpan.FromMilliseconds(1),
    };

    [Fact]
    public async Task A_pin_goes_from_queued_to_pinned_under_its_id()
    {
        var frame = await Frame.MakeAsync(2_000_000);
        var asked = new PinRequest(frame.Root)
        {
            Name = "m31",
            Origins = [Origin],
            Meta = new Dictionary<string, string> { ["night"] = "1" },
        };

        var added = await _client.AddAsync(asked);

        Assert.Equal(PinRequestState.Queued, added.State);
        Assert.Contains("/v0/car", added.Details);
        Assert.Equal(("m31", Origin, "1"), (added.Pin.Name, added.Pin.Origins.Single(), added.Pin.Meta["night"]));
        Assert.Contains("/p2p/", added.Delegates.Single());
        await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        await Eventually.HoldsAsync(
            async () => (await _client.FindAsync(added.RequestId))!.State == PinRequestState.Pinned, "the pin is settled");
    }

    [Fact]
    public async Task Asking_again_makes_no_second_pin_and_another_name_does()
    {
        var first = await _client.AddAsync(new PinRequest(Some(1)) { Name = "a" });

        Assert.Equal(first.RequestId, (await _client.AddAsync(new PinRequest(Some(1)) { Name = "a" })).RequestId);
        Assert.NotEqual(first.RequestId, (await _client.AddAsync(new PinRequest(Some(1)) { Name = "b" })).RequestId);
        Assert.Equal(2, await _client.ListAsync().CountAsync());
    }

    [Fact]
    public async Task Replacing_and_removing_can_be_told_from_nothing_to_remove()
    {
        var first = await _client.AddAsync(new PinRequest(Some(1)));

        var second = await _client.ReplaceAsync(first.RequestId, new PinRequest(Some(2)));

        Assert.Null(await _client.FindAsync(first.RequestId));
        Assert.Equal(Some(2), (await _client.FindAsync(second.RequestId))!.Pin.Cid);
        Assert.True(await _client.DeleteAsync(second.RequestId));
        Assert.False(await _client.DeleteAsync(second.RequestId));
    }

    [Fact]
    public async Task A_list_of_several_pages_comes_whole_and_newest_first()
    {
        for (int i = 0; i < 230; i++)
            await _client.AddAsync(new PinRequest(Some(i)) { Name = $"frame-{i}" });

        var listed = await _client.ListAsync().ToListAsync();

        Assert.Equal(Enumerable.Range(0, 230).Reverse().Select(i => $"frame-{i}"), listed.Select(p => p.Pin.Name));
        Assert.Equal("frame-7",
            Assert.Single(await _client.ListAsync(new PinRequestFilter { Cids = [Some(7), Some(500)] }).ToListAsync()).Pin.Name);
        Assert.Empty(await _client.ListAsync(new PinRequestFilter { States = [PinRequestState.Pinned] }).ToListAsync());
    }

    [Fact]
    public async Task A_wrong_token_is_denied_and_not_repeated_in_the_message()
    {
        using var stranger = new PinningServiceClient(
            Endpoint with { Authorization = RemoteEndpoint.Bearer("s3cret-token") }, TimeProvider.System);

        var e = await Assert.ThrowsAsync<RemoteException>(() => stranger.AddAsync(new PinRequest(Some(1))));

        Assert.Equal(RemoteFailure.Denied, e.Failure);
        Assert.DoesNotContain("s3cret", e.ToString());
    }

    private static Cid Some(int seed) => Cid.V1(Codec.Raw, Multihash.Sha256(BitConverter.GetBytes(seed)));
}
