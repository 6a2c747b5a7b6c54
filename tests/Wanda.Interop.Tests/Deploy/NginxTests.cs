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
    public async Task Who_guesses_is_known_by_its_own_address_whatever_it_writes_and_however()
    {
        using var wild = From(IPAddress.Parse("127.0.0.2"));
        using var other = From(IPAddress.Parse("127.0.0.3"));
        string[] spellings = ["/v0/join", "/v0/join/", "/V0/Join", "/V0/JOIN/"];
        var answers = new List<HttpStatusCode>();
        for (int i = 0; i < 60; i++)
            answers.Add(await GuessAsync(wild, spellings[i % spellings.Length], $"203.0.113.{i}"));

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.TooManyRequests], answers.Distinct());
        Assert.Equal(HttpStatusCode.Forbidden, await GuessAsync(other, "/v0/join", "127.0.0.2"));
        await wild.GetAsync("/v0/node").JsonAsync(); // a good token is held up by no guesses

        static async Task<HttpStatusCode> GuessAsync(HttpClient client, string path, string claimed)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Headers = { { "X-Forwarded-For", claimed } },
                Content = Api.Json(new { invite = "wandainvite_unknown", tokenSha256 = new string('0', 64) }),
            };
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("/v0/car")]
    [InlineData("/v0/car/")]
    [InlineData("/V0/Car")]
    [InlineData("/V0/CAR/")]
    public async Task However_its_path_is_written_an_upload_is_one(string path)
    {
        var frame = await Frame.MakeAsync(FrameBytes);
        using var client = _server.ClientOf(TestServer.Dome, _nginx.Address);

        await client.PostAsync(path, Api.Car(await frame.CarAsync())).JsonAsync(HttpStatusCode.Created);

        using var begun = await client.SendAsync(new HttpRequestMessage(HttpMethod.Post, path.Replace("car", "uploads",
            StringComparison.OrdinalIgnoreCase))
        {
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", $"{FrameBytes}" } },
        });
        Assert.Equal(0, await client.OffsetAsync(begun.Place()));
        Assert.Empty(_nginx.Complaints);
    }

    [Fact]
    public async Task It_speaks_tls_and_http2_with_frames_in_both_directions()
    {
        var frame = await Frame.MakeAsync(FrameBytes);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
        })
        {
            BaseAddress = _nginx.TlsAddress,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(_server)) },
        };

        await client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);

        using var answer = await client.GetAsync($"/ipfs/{frame.Root}");
        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal(frame.Content, await answer.Content.ReadAsByteArrayAsync());
        Assert.Empty(_nginx.Complaints);
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
