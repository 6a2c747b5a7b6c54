using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Pinata;

/// <summary>The client against what Pinata's documentation says.</summary>
public sealed class PinataClientTests : IAsyncLifetime
{
    private readonly MemoryBlocks _ours = new();
    private readonly PinataStandIn _pinata = new() { MaxAtOnce = 1_000_000 };
    private StandIn _server = null!;
    private PinataClient _client = null!;
    private Cid _root;
    private List<BlockInfo> _blocks = null!;

    public async Task InitializeAsync()
    {
        _root = (await new UnixFsImporter(UnixFsProfile.CidV1).ImportAsync(
            new MemoryStream(TemporaryFolder.RandomBytes(3, 1_500_000)), _ours)).Root;
        _blocks = await _ours.ListAsync(_root).ToListAsync();
        _server = await StandIn.StartAsync(_pinata.AnswerAsync);
        _client = Client(resumableFrom: 10_000_000);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_small_dag_goes_up_at_once_with_its_labels_and_is_found_listed_and_deleted()
    {
        var small = Block.Create(Codec.Raw, "small"u8.ToArray());
        _ours.Put(small);
        var labels = new PinataLabels
        {
            Name = "capture \"7\", día",
            GroupId = "night",
            KeyValues = new Dictionary<string, string> { ["session"] = "m42", ["number"] = "7" },
        };

        var file = await _client.UploadAsync(small.Cid, [new(small.Cid, small.Data.Length)], _ours, labels);

        Assert.Equal(small.Cid, file.Cid);
        Assert.False(file.IsDuplicate);
        Assert.True((await _client.UploadAsync(small.Cid, [new(small.Cid, small.Data.Length)], _ours)).IsDuplicate);
        var found = (await _client.FindAsync(file.Id))!;
        Assert.Equal((labels.Name, labels.GroupId, "7"), (found.Labels.Name, found.Labels.GroupId, found.Labels.KeyValues["number"]));
        Assert.Equal(2, await _client.ListAsync(small.Cid).CountAsync());
        Assert.Equal(0, await _client.ListAsync(_root).CountAsync());
        Assert.True(await _client.DeleteAsync(file.Id));
        Assert.False(await _client.DeleteAsync(file.Id));
        Assert.Null(await _client.FindAsync(file.Id));
        Assert.All(_server.Tokens, t => Assert.Equal("Bearer s3cret-token", t));
    }

    [Fact]
    public async Task A_large_dag_goes_up_in_parts()
    {
        using var client = Client(resumableFrom: 1_000_000);

        var file = await client.UploadAsync(_root, _blocks, _ours, new PinataLabels { Name = "a.fits" });

        Assert.Equal(_root, file.Cid);
        Assert.Equal(await _ours.ReadFileAsync(_root), await _pinata.Blocks.ReadFileAsync(_root));
        Assert.Equal(["a.fits"], _pinata.Names);
        Assert.Equal(4, _server.Requests.Count(r => r.StartsWith("PATCH", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_upload_over_a_line_that_breaks_goes_on_where_it_stopped()
    {
        _pinata.CutPartsAfter = 70_000;
        using var client = Client(resumableFrom: 1_000_000);

        await client.UploadAsync(_root, _blocks, _ours);

        // The stand-in refuses a part that starts anywhere else, so no stretch came twice.
        Assert.Equal(await _ours.ReadFileAsync(_root), await _pinata.Blocks.ReadFileAsync(_root));
        Assert.InRange(_server.Requests.Count(r => r.StartsWith("PATCH", StringComparison.Ordinal)), 21, 23);
    }

    [Fact]
    public async Task An_upload_that_was_given_up_goes_on_in_the_next_call()
    {
        int parts = 0;
        _pinata.Fault = context =>
        {
            if (context.Request.Method == "PATCH" && ++parts is > 1 and < 4)
            {
                context.Abort();
                return Task.FromResult(true);
            }

            return Task.FromResult(false);
        };
        using var client = new PinataClient(Endpoint() with { Tries = 2 }, Endpoint() with { Tries = 2 },
            TimeProvider.System, 1_000_000, 400_000);

        var e = await Assert.ThrowsAsync<RemoteException>(() => client.UploadAsync(_root, _blocks, _ours));
        var file = await client.UploadAsync(_root, _blocks, _ours);

        Assert.Equal(RemoteFailure.Unavailable, e.Failure);
        Assert.Equal(_root, file.Cid);
        Assert.Single(_server.Requests, r => r == "POST /v3/files");
    }

    [Fact]
    public async Task An_upload_that_is_gone_starts_anew()
    {
        _pinata.Fault = async context =>
        {
            if (context.Request.Method == "PATCH")
            {
                context.Response.StatusCode = 410;
                await context.Response.WriteAsync("expired");
                return true;
            }

            return false;
        };
        using var client = Client(resumableFrom: 1_000_000);

        Assert.Contains("starts anew",
            (await Assert.ThrowsAsync<RemoteException>(() => client.UploadAsync(_root, _blocks, _ours))).Message);
        _pinata.Fault = _ => Task.FromResult(false);

        Assert.Equal(_root, (await client.UploadAsync(_root, _blocks, _ours)).Cid);
    }

    [Fact]
    public async Task A_CID_that_comes_later_is_waited_for()
    {
        _pinata.PendingLooks = 2;
        using var client = Client(resumableFrom: 1_000_000);

        Assert.Equal(_root, (await client.UploadAsync(_root, _blocks, _ours)).Cid);
    }

    [Fact]
    public async Task Pages_are_followed_to_the_end()
    {
        for (int i = 0; i < 205; i++)
        {
            var block = Block.Create(Codec.Raw, BitConverter.GetBytes(i));
            _ours.Put(block);
            await _client.UploadAsync(block.Cid, [new(block.Cid, 4)], _ours);
        }

        Assert.Equal(205, await _client.ListAsync().Select(f => f.Cid).Distinct().CountAsync());
    }

    [Fact]
    public async Task A_request_by_CID_is_made_once_and_can_be_ended()
    {
        string[] hosts = ["/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW"];

        var pin = await _client.PinAsync(_root, new PinataLabels { Name = "a" }, hosts);
        var again = await _client.PinAsync(_root);

        Assert.Equal(pin, again);
        Assert.Equal("searching", pin.Status);
        Assert.Equal(hosts, _pinata.Hosts.Single());
        Assert.True(await _client.CancelPinAsync(pin.Id));
        Assert.False(await _client.CancelPinAsync(pin.Id));
    }

    [Fact]
    public async Task Our_own_missing_block_is_told_as_ours()
    {
        _ours.Blocks.Remove(_blocks[3].Cid);

        await Assert.ThrowsAsync<BlockNotFoundException>(() => _client.UploadAsync(_root, _blocks, _ours));
    }

    private PinataClient Client(long resumableFrom) => new(Endpoint(), Endpoint(), TimeProvider.System, resumableFrom, partBytes: 400_000);

    private RemoteEndpoint Endpoint() => new(new Uri(_server.Address, "v3"))
    {
        Name = "pinata",
        Authorization = _server.Endpoint.Authorization,
        FirstWait = TimeSpan.FromMilliseconds(1),
        Patience = TimeSpan.FromSeconds(20),
    };
}
