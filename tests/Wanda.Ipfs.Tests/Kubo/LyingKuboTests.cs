using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>The ways in which daemons differ, break off, and are wrong.</summary>
public sealed class LyingKuboTests : IDisposable
{
    private static readonly Block Some = Block.Create(Codec.Raw, "some"u8.ToArray());
    private static readonly Block Other = Block.Create(Codec.Raw, "other"u8.ToArray());

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Another_root_in_the_answer_is_an_error_with_both()
    {
        await using var server = await ImportingAsync($$$"""{"Root":{"Cid":{"/":"{{{Other.Cid}}}"},"PinErrorMsg":""}}""");

        var e = await Assert.ThrowsAsync<CidDisagreementException>(() => AddAsync(server));

        Assert.Equal((Some.Cid, Other.Cid), (e.Computed, e.Answered));
    }

    [Fact]
    public async Task A_pin_that_failed_is_no_success()
    {
        await using var server = await ImportingAsync($$$"""{"Root":{"Cid":{"/":"{{{Some.Cid}}}"},"PinErrorMsg":"disk full"}}""");

        Assert.Contains("was not pinned: disk full", (await Assert.ThrowsAsync<KuboException>(() => AddAsync(server))).Message);
    }

    [Fact]
    public async Task No_root_at_all_is_no_success()
    {
        await using var server = await ImportingAsync("");

        Assert.Contains("names 0 roots", (await Assert.ThrowsAsync<RemoteException>(() => AddAsync(server))).Message);
    }

    [Fact]
    public async Task A_block_that_is_another_is_not_taken()
    {
        await using var server = await SayingAsync("other");

        Assert.True((await Assert.ThrowsAsync<BlockNotFoundException>(() => Client(server).Blocks.GetAsync(Some.Cid))).Damaged);
    }

    [Theory]
    [InlineData("""{"Message":"pin: already pinned recursively","Code":0,"Type":"error"}""", "pin: already pinned recursively")]
    [InlineData("plain words", "plain words")]
    public async Task An_error_is_told_in_the_daemons_words_and_not_repeated(string body, string said)
    {
        await using var server = await StandIn.StartAsync(c =>
        {
            c.Response.StatusCode = 500;
            return c.Response.WriteAsync(body);
        });

        var e = await Assert.ThrowsAsync<KuboException>(() => Client(server).Pins.AddAsync(Some.Cid));

        Assert.Equal(("pin/add", said), (e.Command, e.Said));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(401, RemoteFailure.Denied, 1)]
    [InlineData(403, RemoteFailure.Denied, 1)]
    [InlineData(404, RemoteFailure.NotFound, 1)]
    [InlineData(405, RemoteFailure.NotFound, 1)]
    [InlineData(503, RemoteFailure.Unavailable, 4)]
    public async Task What_stands_before_the_daemon_is_told_by_its_status(int status, RemoteFailure failure, int requests)
    {
        await using var server = await StandIn.StartAsync(c =>
        {
            c.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.Equal(failure, (await Assert.ThrowsAsync<RemoteException>(() => Client(server).VersionAsync())).Failure);
        Assert.Equal(requests, server.Requests.Count);
        Assert.All(server.Requests, r => Assert.Equal("POST /api/v0/version", r));
    }

    [Fact]
    public async Task What_may_not_be_sent_twice_is_not()
    {
        await using var server = await StandIn.StartAsync(c =>
        {
            c.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(RemoteFailure.Unavailable,
            (await Assert.ThrowsAsync<RemoteException>(() => Client(server).Keys.GenerateAsync("a"))).Failure);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_error_in_the_middle_of_an_answer_ends_it()
    {
        await using var server = await SayingAsync($$"""
            {"Cid":"{{Some.Cid}}","Type":"recursive"}
            {"Message":"datastore closed","Code":0,"Type":"error"}
            """);
        var came = new List<KuboPin>();

        var e = await Assert.ThrowsAsync<KuboException>(async () =>
        {
            await foreach (var pin in Client(server).Pins.ListAsync(PinMode.Recursive))
                came.Add(pin);
        });

        Assert.Equal("datastore closed", e.Said);
        Assert.Single(came);
    }

    [Fact]
    public async Task An_error_in_the_trailer_ends_the_stream()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var connection = await listener.AcceptSocketAsync();
            await connection.ReceiveAsync(new byte[4096]);
            await connection.SendAsync((byte[])[
                .. "HTTP/1.1 200 OK\r\nTrailer: X-Stream-Error\r\nTransfer-Encoding: chunked\r\n\r\n"u8,
                .. "4\r\nsome\r\n0\r\nX-Stream-Error: block lost\r\n\r\n"u8]);
        });
        using var client = new KuboClient(new RemoteEndpoint(new Uri($"http://{listener.LocalEndpoint}")), TimeProvider.System);

        await using var stream = await client.CatAsync(Some.Cid.ToString());
        var e = await Assert.ThrowsAsync<RemoteException>(() => stream.CopyToAsync(Stream.Null));

        Assert.Contains("block lost", e.Message);
        await answering;
    }

    [Fact]
    public async Task Numbers_and_CIDs_are_read_as_daemons_write_them()
    {
        await using var server = await StandIn.StartAsync(c => c.Response.WriteAsync(c.Request.Path.Value switch
        {
            "/api/v0/repo/stat" => """{"RepoSize":"123","NumObjects":4}""",
            "/api/v0/block/stat" => $$"""{"Key":"x","Size":"{{Some.Data.Length}}"}""",
            "/api/v0/pin/ls" => $"{{\"Keys\":{{\"{Some.Cid.ToString(MultibaseEncoding.Base58Btc)}\":{{\"Type\":\"direct\"}}}}}}",
            _ => "",
        }));

        Assert.Equal(new KuboRepoStatistics(123, 0, 4, ""), await Client(server).Repo.StatAsync());
        Assert.Equal(4, await Client(server).Blocks.FindAsync(Some.Cid, default));
        Assert.Equal(new KuboPin(Some.Cid, PinMode.Direct, null), await Client(server).Pins.FindAsync(Some.Cid));
    }

    [Fact]
    public async Task A_line_without_end_is_cut()
    {
        await using var server = await StandIn.StartAsync(async c =>
        {
            while (!c.RequestAborted.IsCancellationRequested)
                await c.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 65536)), c.RequestAborted);
        });

        Assert.Equal(RemoteFailure.Malformed,
            (await Assert.ThrowsAsync<RemoteException>(async () => await Client(server).Pins.ListAsync().CountAsync())).Failure);
    }

    [Fact]
    public async Task What_stops_the_sender_is_thrown_as_it_is()
    {
        await using var server = await StandIn.StartAsync(c => c.Request.Body.CopyToAsync(Stream.Null));

        await Assert.ThrowsAsync<FileChangedException>(() => Client(server).Dag.ImportAsync(1000, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(new byte[100], cancellationToken);
            throw new FileChangedException("frame.fits");
        }, pinRoots: true));
    }

    [Fact]
    public async Task A_key_is_given_as_a_file()
    {
        await using var server = await StandIn.StartAsync(new KuboStandIn().AnswerAsync);

        Assert.Equal(new KuboKey("node", "k51node"), await Client(server).Keys.ImportAsync("node", new byte[] { 1, 2, 3 }));
        Assert.All(server.Tokens, t => Assert.Equal("Bearer s3cret-token", t));
    }

    private static KuboClient Client(StandIn server) => new(server.Endpoint, TimeProvider.System);

    private async Task AddAsync(StandIn server)
    {
        await using var node = await KuboNode.OpenAsync(Client(server), _folder.Path, TimeProvider.System);
        await node.AddFileAsync(_folder.File("some.fits", Some.Data.Span), "capture-1");
    }

    /// <summary>A daemon that takes an import and says this of it.</summary>
    private static async Task<StandIn> ImportingAsync(string answer)
    {
        var daemon = new KuboStandIn();
        return await StandIn.StartAsync(async c =>
        {
            if (c.Request.Path != "/api/v0/dag/import")
            {
                await daemon.AnswerAsync(c);
                return;
            }

            await c.Request.Body.CopyToAsync(Stream.Null);
            await c.Response.WriteAsync(answer);
        });
    }

    private static Task<StandIn> SayingAsync(string answer) => StandIn.StartAsync(async c =>
    {
        await c.Request.Body.CopyToAsync(Stream.Null);
        await c.Response.WriteAsync(answer);
    });
}
