using System.Net;
using System.Security.Cryptography;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Resumable;

/// <summary>Extensions of the protocol: a first part that comes with the creation, and parts with a checksum.</summary>
public sealed class TusExtensionTests : IAsyncLifetime
{
    private const HttpStatusCode ChecksumMismatch = (HttpStatusCode)460;

    private TestServer _server = null!;
    private Frame _frame = null!;
    private byte[] _car = null!;

    private HttpClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _frame = await Frame.MakeAsync(6_000_000);
        _car = await _frame.CarAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(null)]
    public async Task A_first_part_comes_with_the_creation(int? first)
    {
        var part = _car.AsMemory(0, first ?? _car.Length);

        using var begun = await Client.CreateAsync(_car.Length, Tus.Metadata(("cid", _frame.Root.ToString())), part);

        Assert.Equal((HttpStatusCode.Created, (long)part.Length), (begun.StatusCode, begun.Offset()));
        using var last = await Client.AppendAsync(begun.Place(), part.Length, _car.AsMemory(part.Length));
        Assert.NotNull(last.Pin());
        Assert.Equal(first is null ? last.Pin() : null, begun.Pin());
        Assert.Equal(_frame.Content, await Client.GetByteArrayAsync($"/ipfs/{_frame.Root}"));
    }

    [Fact]
    public async Task Of_an_upload_that_was_begun_earlier_the_offset_is_told_and_the_part_is_not_taken()
    {
        string metadata = Tus.Metadata(("cid", _frame.Root.ToString()));
        using var begun = await Client.CreateAsync(_car.Length, metadata, _car.AsMemory(0, 1000));

        using var again = await Client.CreateAsync(_car.Length, metadata, _car);

        Assert.Equal((HttpStatusCode.OK, 1000L, begun.Place()), (again.StatusCode, again.Offset(), again.Place()));
    }

    [Fact]
    public async Task A_first_part_that_is_too_long_creates_nothing()
    {
        Assert.Equal("PAYLOAD_TOO_LARGE",
            await Client.CreateAsync(100, "", new byte[101]).RefusedAsync(HttpStatusCode.RequestEntityTooLarge));

        Assert.Contains("wanda_pinning_resumable_uploads_open 0\n", await Client.GetStringAsync("/metrics"));
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task A_damaged_part_is_not_kept_and_the_upload_goes_on_where_it_was(string algorithm)
    {
        var upload = await Client.BeginAsync(_car.Length);
        using var first = await Client.AppendAsync(upload, 0, _car.AsMemory(0, 500_000), Checksum(algorithm, _car.AsSpan(0, 500_000)));
        Assert.Equal((HttpStatusCode.NoContent, 500_000L), (first.StatusCode, first.Offset()));
        byte[] damaged = _car[500_000..];
        damaged[5_200_000] ^= 1; // Far behind what would have been fsynced on the way.

        Assert.Equal("CHECKSUM_MISMATCH",
            await Client.AppendAsync(upload, 500_000, damaged, Checksum(algorithm, _car.AsSpan(500_000))).RefusedAsync(ChecksumMismatch));

        Assert.Equal(500_000, await Client.OffsetAsync(upload));
        using var last = await Client.AppendAsync(upload, 500_000, _car.AsMemory(500_000), Checksum(algorithm, _car.AsSpan(500_000)));
        Assert.NotNull(last.Pin());
        Assert.Equal(_frame.Content, await Client.GetByteArrayAsync($"/ipfs/{_frame.Root}"));
    }

    [Theory]
    [InlineData("md5 1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData("sha1")]
    [InlineData("sha1 ?")]
    [InlineData("sha1 AAAA")]
    [InlineData("sha256 2jmj7l5rSw0yVb/vlWAYkK/YBwk=")]
    public async Task Another_checksum_is_refused(string checksum)
    {
        var upload = await Client.BeginAsync(_car.Length);

        Assert.Equal("BAD_REQUEST", await Client.AppendAsync(upload, 0, new byte[10], checksum).RefusedAsync(HttpStatusCode.BadRequest));

        Assert.Equal(0, await Client.OffsetAsync(upload));
    }

    private static string Checksum(string algorithm, ReadOnlySpan<byte> part)
    {
        var hash = CryptographicOperations.HashData(new HashAlgorithmName(algorithm.ToUpperInvariant()), part);
        return $"{algorithm} {Convert.ToBase64String(hash)}";
    }
}
