using System.Globalization;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Pinata;

/// <summary>Pinata that answers for something else, puts things elsewhere, or has had enough of us.</summary>
public sealed class LyingPinataTests : IAsyncLifetime
{
    private static readonly Block One = Block.Create(Codec.Raw, "one"u8.ToArray());
    private static readonly Block Two = Block.Create(Codec.Raw, "two"u8.ToArray());

    private readonly PinataStandIn _pinata = new();
    private readonly JumpingTime _time = new();
    private readonly MemoryBlocks _ours = new();
    private StandIn _server = null!;
    private PinataClient _client = null!;

    public async Task InitializeAsync()
    {
        _ours.Put(One);
        _server = await StandIn.StartAsync(_pinata.AnswerAsync);
        _client = Client(resumableFrom: 1000);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1)]
    public async Task Another_CID_for_our_bytes_is_an_error_with_both(long resumableFrom)
    {
        _pinata.Answer = (_, _, json) => json.Replace(One.Cid.ToString(), Two.Cid.ToString(), StringComparison.Ordinal);
        if (resumableFrom == 1)
        {
            _pinata.Fault = c =>
            {
                c.Response.OnStarting(() =>
                {
                    c.Response.Headers["Upload-Cid"] = c.Request.Method == "PATCH" ? Two.Cid.ToString() : default;
                    return Task.CompletedTask;
                });
                return Task.FromResult(false);
            };
        }

        using var client = Client(resumableFrom);

        var e = await Assert.ThrowsAsync<CidDisagreementException>(() => UploadAsync(client));

        Assert.Equal((One.Cid, Two.Cid), (e.Computed, e.Answered));
    }

    [Fact]
    public async Task Private_instead_of_public_is_no_success()
    {
        _pinata.Answer = (_, _, json) => json.Replace("\"name\"", "\"network\":\"private\",\"name\"", StringComparison.Ordinal);

        var e = await Assert.ThrowsAsync<RemoteException>(() => UploadAsync(_client));

        Assert.Equal(RemoteFailure.Malformed, e.Failure);
        Assert.Contains("\"private\" network", e.Message);
    }

    [Fact]
    public async Task An_upload_elsewhere_gets_neither_bytes_nor_token()
    {
        await using var other = await StandIn.StartAsync(_ => Task.CompletedTask);
        _pinata.Fault = c =>
        {
            c.Response.StatusCode = 201;
            c.Response.Headers.Location = $"{other.Address}v3/files/1";
            return Task.FromResult(true);
        };
        using var client = Client(resumableFrom: 1);

        Assert.Contains("where nothing is sent to", (await Assert.ThrowsAsync<RemoteException>(() => UploadAsync(client))).Message);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{"id":"a"}}""")]
    [InlineData("""{"data":{"id":"","cid":"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}}""")]
    [InlineData("""{"data":{"id":"a","cid":"soon"}}""")]
    public async Task What_is_no_file_is_told_as_that(string body)
    {
        _pinata.Answer = (_, _, _) => body;

        Assert.Equal(RemoteFailure.Malformed, (await Assert.ThrowsAsync<RemoteException>(() => UploadAsync(_client))).Failure);
    }

    [Fact]
    public async Task Pages_that_lead_nowhere_end()
    {
        await UploadAsync(_client);
        _pinata.Answer = (_, _, json) =>
            json.Replace("\"next_page_token\":null", "\"next_page_token\":\"again\"", StringComparison.Ordinal);
        _pinata.Fault = c =>
        {
            c.Request.QueryString = new("?limit=100");
            return Task.FromResult(false);
        };

        Assert.Contains("lists nothing new",
            (await Assert.ThrowsAsync<RemoteException>(async () => await _client.ListAsync().CountAsync())).Message);
    }

    [Fact]
    public async Task A_refusal_holds_no_token()
    {
        _pinata.Fault = async c =>
        {
            c.Response.StatusCode = 403;
            await c.Response.WriteAsync("NO_SCOPES_FOUND for s3cret-token");
            return true;
        };

        var e = await Assert.ThrowsAsync<RemoteException>(() => UploadAsync(_client));

        Assert.Equal(RemoteFailure.Denied, e.Failure);
        Assert.DoesNotContain("s3cret-token", e.ToString());
        Assert.Contains("NO_SCOPES_FOUND for (token)", e.Message);
    }

    [Fact]
    public async Task Its_rate_limit_is_kept_without_asking_again()
    {
        // The headers that the service was seen to send.
        _pinata.Fault = async c =>
        {
            c.Response.StatusCode = 429;
            c.Response.Headers["X-RateLimit-Limit"] = "60";
            c.Response.Headers["X-RateLimit-Remaining"] = "0";
            c.Response.Headers["X-RateLimit-Reset"] = (_time.GetUtcNow() + TimeSpan.FromSeconds(60)).ToUnixTimeSeconds()
                .ToString(CultureInfo.InvariantCulture);
            c.Response.Headers.RetryAfter = "60";
            await c.Response.WriteAsync("""{"error":{"reason":"RATE_LIMITED","details":"Rate limit exceeded"}}""");
            return true;
        };

        Assert.Equal(TimeSpan.FromSeconds(60), (await Assert.ThrowsAsync<RemoteException>(() => UploadAsync(_client))).RetryAfter);
        _pinata.Fault = _ => Task.FromResult(false);
        var e = await Assert.ThrowsAsync<RemoteException>(() => UploadAsync(_client));

        Assert.Contains("takes no more requests for", e.Message);
        Assert.InRange(e.RetryAfter!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
        Assert.Single(_server.Requests);
        _time.Advance(TimeSpan.FromSeconds(61));
        await UploadAsync(_client);
    }

    [Fact]
    public async Task The_last_request_that_is_allowed_is_the_last_that_is_sent()
    {
        _pinata.Fault = c =>
        {
            c.Response.Headers["X-RateLimit-Remaining"] = "0";
            c.Response.Headers["X-RateLimit-Reset"] = "45";
            return Task.FromResult(false);
        };

        await UploadAsync(_client);

        Assert.Equal(RemoteFailure.Unavailable, (await Assert.ThrowsAsync<RemoteException>(() => UploadAsync(_client))).Failure);
        Assert.Single(_server.Requests);
    }

    private Task<PinataFile> UploadAsync(PinataClient client) => client.UploadAsync(One.Cid, [new(One.Cid, One.Data.Length)], _ours);

    private PinataClient Client(long resumableFrom) => new(Endpoint(), Endpoint(), _time, resumableFrom);

    private RemoteEndpoint Endpoint() => new(new Uri(_server.Address, "v3"))
    {
        Name = "pinata",
        Authorization = _server.Endpoint.Authorization,
        FirstWait = TimeSpan.FromMilliseconds(1),
        Patience = TimeSpan.FromSeconds(20),
    };
}
