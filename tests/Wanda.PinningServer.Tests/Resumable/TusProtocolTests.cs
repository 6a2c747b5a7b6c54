using System.Net;
using System.Net.Http.Headers;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Resumable;

/// <summary>What the protocol says of versions, headers and mistakes.</summary>
public sealed class TusProtocolTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private HttpClient Client => _server.Client;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_server_tells_what_it_speaks()
    {
        using var stranger = _server.ClientOf(null);
        using var answer = await stranger.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/v0/uploads"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("1.0.0", answer.Headers.GetValues("Tus-Version").Single());
        Assert.Equal("creation,creation-with-upload,checksum,expiration,termination", answer.Headers.GetValues("Tus-Extension").Single());
        Assert.Equal("sha1,sha256", answer.Headers.GetValues("Tus-Checksum-Algorithm").Single());
        Assert.False(answer.Headers.Contains("Tus-Max-Size")); // each node's quota, which is nobody else's business
    }

    [Fact]
    public async Task A_limit_of_the_servers_own_is_told()
    {
        _server.Change = o => o with { MaxUploadBytes = 1_000_000 };
        await _server.RestartAsync();
        using var stranger = _server.ClientOf(null);
        using var answer = await stranger.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/v0/uploads"));

        Assert.Equal("1000000", answer.Headers.GetValues("Tus-Max-Size").Single());
    }

    [Theory]
    [InlineData("0.2.2")]
    [InlineData(null)]
    public async Task Another_version_is_refused(string? version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v0/uploads") { Headers = { { "Upload-Length", "100" } } };
        if (version is not null)
            request.Headers.Add("Tus-Resumable", version);
        using var answer = await Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
        Assert.Equal("1.0.0", answer.Headers.GetValues("Tus-Version").Single());
        Assert.Equal("1.0.0", answer.Headers.GetValues("Tus-Resumable").Single());
    }

    [Fact]
    public async Task Head_gives_back_what_was_said_and_is_not_cached()
    {
        string metadata = Tus.Metadata(("capture", "c1"), ("colour", "red"));
        var upload = await Client.BeginAsync(100, metadata);

        using var look = await Client.LookAsync(upload);

        Assert.Equal("100", look.Headers.GetValues("Upload-Length").Single());
        Assert.Equal(metadata, look.Headers.GetValues("Upload-Metadata").Single());
        Assert.True(look.Headers.CacheControl!.NoStore);
        Assert.True(
            DateTimeOffset.Parse(look.Headers.GetValues("Upload-Expires").Single())
                > TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(6));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(100, "number eA==")]
    [InlineData(100, "cid YmFmeQ==")]
    [InlineData(100, "name *")]
    [InlineData(100, "name /w==")]
    [InlineData(100, "name YQ==,name YQ==")]
    public async Task A_wrong_creation_is_refused(long length, string metadata) =>
        Assert.Equal("BAD_REQUEST", await Client.CreateAsync(length, metadata).RefusedAsync(HttpStatusCode.BadRequest));

    [Fact]
    public async Task A_part_goes_where_the_upload_is_and_nowhere_else()
    {
        var upload = await Client.BeginAsync(100);

        Assert.Equal("WRONG_OFFSET", await Client.AppendAsync(upload, 50, new byte[50]).RefusedAsync(HttpStatusCode.Conflict));
        Assert.Equal("PAYLOAD_TOO_LARGE",
            await Client.AppendAsync(upload, 0, new byte[101]).RefusedAsync(HttpStatusCode.RequestEntityTooLarge));
        using var endless = new Body(null, (stream, cancellationToken) => stream.WriteAsync(new byte[101], cancellationToken).AsTask());
        Assert.Equal("PAYLOAD_TOO_LARGE", await Client.AppendAsync(upload, 0, endless).RefusedAsync(HttpStatusCode.RequestEntityTooLarge));
    }

    [Fact]
    public async Task A_part_has_its_own_type()
    {
        var upload = await Client.BeginAsync(100);
        using var request = new HttpRequestMessage(HttpMethod.Patch, upload)
        {
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Offset", "0" } },
            Content = new ByteArrayContent(new byte[10])
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") },
            },
        };

        Assert.Equal("BAD_REQUEST", await Client.SendAsync(request).RefusedAsync(HttpStatusCode.UnsupportedMediaType));
    }

    [Fact]
    public async Task Methods_that_a_proxy_does_not_know_go_as_POST()
    {
        var upload = await Client.BeginAsync(100);
        using var part = new HttpRequestMessage(HttpMethod.Post, upload)
        {
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Offset", "0" }, { "X-HTTP-Method-Override", "PATCH" } },
            Content = new ByteArrayContent(new byte[10])
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") },
            },
        };

        using var answer = await Client.SendAsync(part);

        Assert.Equal((HttpStatusCode.NoContent, 10L), (answer.StatusCode, answer.Offset()));
    }
}
