using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Destinations.Wanda;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Deploy;

/// <summary>A real nginx with our configuration between a node and a pinning server.</summary>
public sealed class NginxTests : IAsyncLifetime
{
    private const int FrameBytes = 20_000_000;

    private readonly SendingNode _node = new(UnixFsProfile.UnixFsV1_2025);
    private TestServer _server = null!;
    private NginxProxy _nginx = null!;

    public async Task InitializeAsync()
    {
        await _node.OpenAsync();
        _server = await TestServer.StartAsync();
        _nginx = await NginxProxy.StartAsync(_server.Address);
    }

    public async Task DisposeAsync()
    {
        await _nginx.DisposeAsync();
        await _server.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_frame_goes_on_over_a_line_that_breaks_and_is_proven()
    {
        var frame = await _node.FrameAsync("long.fits", 1, FrameBytes);
        await using var line = new BadLine(_nginx.Address, breakAfter: 6_000_000);
        var destination = Destination(line.Address);

        string? pin = await destination.PushAsync(frame, default);
        var proof = (await destination.ProveAsync(frame, default))!;

        Assert.Equal(pin, (string)Assert.Single(await _server.Client.PinsAsync())!["pinId"]!);
        Assert.Equal(ProofMethod.Possession, proof.Method);
        Assert.InRange(proof.Bytes, FrameBytes, FrameBytes * 1.01);
        // Nothing but what a break took with it was sent twice.
        Assert.InRange(line.Sent, FrameBytes, FrameBytes * 1.5);
        Assert.Empty(_nginx.Complaints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_car_is_at_the_server_while_it_is_still_being_sent(bool announced)
    {
        var frame = await Frame.MakeAsync(FrameBytes);
        byte[] car = await frame.CarAsync();
        using var client = _server.ClientOf(TestServer.Dome, _nginx.Address);
        using var body = new Body(announced ? car.Length : null, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(car.AsMemory(0, car.Length / 2), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Eventually.HoldsAsync(() => _server.Staged().Length > 0, "blocks of the first half are at the server");
            await stream.WriteAsync(car.AsMemory(car.Length / 2), cancellationToken);
        });

        await client.PostAsync("/v0/car?session=M%2031%20%E2%98%85", body).JsonAsync(HttpStatusCode.Created);

        Assert.Equal("M 31 ★", (string)Assert.Single(await client.PinsAsync("session=M%2031%20%E2%98%85"))!["session"]!);
        Assert.Empty(_nginx.Complaints);
    }

    [Fact]
    public async Task A_frame_is_read_whole_and_in_part()
    {
        var frame = await Frame.MakeAsync(FrameBytes);
        await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
        using var client = _server.ClientOf(TestServer.Dome, _nginx.Address);

        using var part = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{frame.Root}")
        {
            Headers = { Range = new RangeHeaderValue(1_500_000, 3_499_999) },
        });

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal($"bytes 1500000-3499999/{FrameBytes}", part.Content.Headers.ContentRange!.ToString());
        Assert.Equal(frame.Content[1_500_000..3_500_000], await part.Content.ReadAsByteArrayAsync());
        // The server waits for a reader who takes its time; nginx, which serves another one meanwhile, keeps nothing in a file for it.
        using var slow = await client.GetAsync($"/ipfs/{frame.Root}", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(frame.Content, await client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
        Assert.Equal(frame.Content, await slow.Content.ReadAsByteArrayAsync());
        Assert.Empty(_nginx.Complaints);
    }

    [Fact]
    public async Task The_longest_labels_pass()
    {
        using var client = _server.ClientOf(TestServer.Dome, _nginx.Address);
        string metadata = "note " + new string('A', 8184); // as much as the server takes

        var upload = await client.BeginAsync(1000, metadata);
        using var look = await client.LookAsync(upload);

        Assert.Equal((HttpStatusCode.OK, metadata), (look.StatusCode, look.Headers.GetValues("Upload-Metadata").Single()));
    }

    [Fact]
    public async Task A_limit_on_bodies_pauses_the_destination_and_says_where_it_is_set()
    {
        await using var small = await NginxProxy.StartAsync(_server.Address,
            text => text.Instead("client_max_body_size 0;", "client_max_body_size 1m;"));
        var frame = await _node.FrameAsync("long.fits", 1, FrameBytes);

        var down = await Assert.ThrowsAsync<DestinationDownException>(() => Destination(small.Address).PushAsync(frame, default));

        Assert.True(down.NeedsOperator);
        Assert.Contains("\"client_max_body_size\" of the nginx before it", down.Message);
    }

    [Fact]
    public async Task The_servers_own_limit_is_told_in_its_own_words()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxUploadBytes = 2_000_000 });
        await using var nginx = await NginxProxy.StartAsync(server.Address);
        var frame = await _node.FrameAsync("long.fits", 1, FrameBytes);

        var poison = await Assert.ThrowsAsync<PoisonException>(() => Destination(nginx.Address, server).PushAsync(frame, default));

        Assert.Contains("2000000 bytes", poison.Message);
    }

    [Fact]
    public async Task A_refusal_that_comes_before_a_long_body_has_ended_is_heard()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxUploadBytes = FrameBytes, MaxUploadsPerNode = 1 });
        await using var nginx = await NginxProxy.StartAsync(server.Address);
        using var client = server.ClientOf(TestServer.Dome, nginx.Address);
        using var stranger = server.ClientOf(null, nginx.Address);
        byte[] tooLong = new byte[FrameBytes + 1];
        var upload = await client.BeginAsync(FrameBytes);
        var held = new TaskCompletionSource();
        var underWay = client.PostAsync("/v0/car", new Body(1000, async (stream, cancellationToken) =>
        {
            await stream.FlushAsync(cancellationToken);
            await held.Task;
        }));
        await UnderWayAsync(1);

        // Whether it is heard was a matter of who was faster.
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("UNAUTHORIZED", await stranger.UploadAsync(tooLong).RefusedAsync(HttpStatusCode.Unauthorized));
            Assert.Equal("TOO_MANY_UPLOADS",
                await client.AppendAsync(upload, 0, tooLong.AsMemory(1)).RefusedAsync(HttpStatusCode.TooManyRequests));
        }

        held.SetException(new IOException("The line broke."));
        await Assert.ThrowsAsync<HttpRequestException>(() => underWay);
        await UnderWayAsync(0);
        for (int i = 0; i < 5; i++)
            Assert.Equal("PAYLOAD_TOO_LARGE", await client.UploadAsync(tooLong).RefusedAsync(HttpStatusCode.RequestEntityTooLarge));
        Assert.Empty(nginx.Complaints);

        Task UnderWayAsync(int uploads) => Eventually.HoldsAsync(
            async () => (await client.GetStringAsync("/metrics")).Contains($"wanda_pinning_uploads_in_progress {uploads}\n",
                StringComparison.Ordinal), $"{uploads} uploads are under way");
    }

    [Fact]
    public async Task A_server_that_is_away_is_an_outage()
    {
        var frame = await _node.FrameAsync("a.fits", 1);
        await _server.StopAsync();

        var down = await Assert.ThrowsAsync<DestinationDownException>(() => Destination(_nginx.Address).PushAsync(frame, default));

        Assert.False(down.NeedsOperator);
        Assert.Contains("is not well (502)", down.Message);
    }

    [Fact]
    public async Task The_door_without_a_token_takes_a_few_knocks_a_minute()
    {
        using var stranger = _server.ClientOf(null, _nginx.Address);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            using var answer = await stranger.PostAsync("/v0/join",
                Api.Json(new { invite = "wandainvite_unknown", tokenSha256 = new string('0', 64) }));
            return answer.StatusCode;
        }));

        // One more for each six seconds that the machine needs for these.
        Assert.InRange(answers.Count(a => a == HttpStatusCode.Forbidden), 11, 14);
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.TooManyRequests], answers.Distinct().Order());
    }

    [Fact]
    public async Task Metrics_are_for_this_machine_alone()
    {
        using var here = From(IPAddress.Loopback);
        using var elsewhere = From(IPAddress.Parse("127.0.0.2"));

        Assert.Contains("wanda_pinning_", await here.GetStringAsync("/metrics"));
        using var refused = await elsewhere.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await elsewhere.GetAsync("/health").JsonAsync();
    }

    [Fact]
    public async Task It_speaks_tls()
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
        });

        Assert.Equal("ok", (string)(await client.GetAsync(new Uri(_nginx.TlsAddress, "/health")).JsonAsync())["status"]!);
    }

    private WandaDestination Destination(Uri address, TestServer? server = null)
    {
        var options = new DestinationOptions
        {
            Name = "altermundi",
            Kind = "wanda",
            Url = address.ToString(),
            Token = TokenOf(server ?? _server),
            Timeout = TimeSpan.FromSeconds(20),
        };
        return new WandaDestination(options, _node.Tools, _node.LineOf(options));
    }

    private HttpClient From(IPAddress source) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = _nginx.Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(_server)) },
    };

    private static string TokenOf(TestServer server) => server.Client.DefaultRequestHeaders.Authorization!.Parameter!;
}
