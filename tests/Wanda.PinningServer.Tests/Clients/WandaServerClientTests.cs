using System.Security.Cryptography;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Clients;

/// <summary>The client of Wanda.Ipfs against the real server.</summary>
public sealed class WandaServerClientTests : IAsyncLifetime
{
    private static readonly KeyValuePair<string, string>[] Labels = [new("scope", "dag"), new("session", "m42"), new("name", "a.fits")];

    private TestServer _server = null!;
    private WandaServerClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _client = new(Endpoint(), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public async Task A_dag_goes_up_is_proven_and_let_go(int size)
    {
        var frame = await Frame.MakeAsync(size);

        string pin = await _client.UploadAsync(frame.Root, await BlocksAsync(frame), frame, Labels);
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        var answer = await _client.ChallengeAsync(frame.Root, nonce, frame.Blocks);

        Assert.True(answer.Pinned);
        Assert.Equal(await PossessionDigest.ComputeAsync(frame, nonce, frame.Blocks), answer.Digest);
        Assert.Equal(answer.Digest, (await _client.ChallengeAsync(frame.Root, nonce, null)).Digest);
        Assert.Equal(pin, await _client.UploadAsync(frame.Root, await BlocksAsync(frame), frame, Labels));
        Assert.True(await _client.UnpinAsync(pin));
        Assert.False((await _client.ChallengeAsync(frame.Root, nonce, null)).Pinned);
    }

    [Fact]
    public async Task What_is_sent_waits_for_a_word_by_the_piece_and_is_counted()
    {
        var frame = await Frame.MakeAsync(3_000_000);
        var blocks = await BlocksAsync(frame);
        long sent = 0;
        int largest = 0;
        using var client = new WandaServerClient(Endpoint() with
        {
            Sending = (bytes, _) =>
            {
                (sent, largest) = (sent + bytes, Math.Max(largest, bytes));
                return ValueTask.CompletedTask;
            },
        }, TimeProvider.System);

        await client.UploadAsync(frame.Root, blocks, frame, Labels);

        Assert.Equal(CarWriter.LengthOf([frame.Root], blocks), sent);
        Assert.Equal(64 * 1024, largest);
    }

    [Fact]
    public async Task What_is_not_there_is_told_as_that()
    {
        var frame = await Frame.MakeAsync(10);

        var e = await Assert.ThrowsAsync<RemoteException>(() => _client.ChallengeAsync(frame.Root, new byte[32], frame.Blocks));

        Assert.Equal((RemoteFailure.NotFound, "NOT_FOUND"), (e.Failure, e.Reason));
        Assert.Null(await _client.FindRecordAsync("k51qzi5uqu5dlvj2baxnqndepeb86cbk3ng7n3i46uzyxzyqj2xjonzllnv0v8"));
    }

    [Fact]
    public async Task Room_is_kept_or_refused_in_words()
    {
        var before = (await _client.UseAsync())!;

        Assert.Null(await _client.KeepRoomAsync("m42", 1_000_000));
        Assert.Equal(before.ReservedBytes + 1_000_000, (await _client.UseAsync())!.ReservedBytes);
        Assert.NotNull(await _client.KeepRoomAsync("m43", long.MaxValue / 2));
    }

    private RemoteEndpoint Endpoint() => new(_server.Address) { Authorization = _server.Client.DefaultRequestHeaders.Authorization };

    private static async Task<IReadOnlyList<BlockInfo>> BlocksAsync(Frame frame) => await frame.ListAsync(frame.Root).ToListAsync();
}
