using System.Net;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops.Tests.Sessions;

namespace Wanda.Ops.Tests.Web;

/// <summary>A frame is downloaded from its page: all of it, or a broken connection.</summary>
public sealed class FrameDownloadTests : IAsyncLifetime
{
    private const int Size = 3_500_000;
    private readonly byte[] _bytes = new byte[Size];
    private TestDestination _server = null!;
    private TestConsole _console = null!;
    private CaptureRecord _frame = null!;

    private string Address => $"/frames/{_frame.Id}/file";

    public async Task InitializeAsync()
    {
        new Random(1).NextBytes(_bytes);
        _server = await TestDestination.StartAsync();
        _console = await TestConsole.StartAsync(o => o with
        {
            Destinations = [_server.Options()],
            Retrieval = o.Retrieval with { Cache = new ByteSize(0) },
        });
        var frame = await _console.Node.SaveAsync(name: "M 42 ñ.fits", bytes: _bytes);
        await _server.TakeAsync(_console.Node, frame);
        await _console.Node.ReleaseAsync(frame);
        _frame = (await _console.Node.Catalogue.Captures.FindAsync(frame.Id, default))!;
    }

    public async Task DisposeAsync()
    {
        await _console.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_comes_whole_under_its_own_name_with_its_CID_as_tag()
    {
        Assert.Contains($"href=\"{Address}\"", await _console.Client.GetStringAsync($"/frames/{_frame.Id}"));
        foreach (var address in new[] { Address, "/api" + Address })
        {
            using var answer = await _console.Client.GetAsync(address);
            Assert.Equal(_bytes, await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal(Size, answer.Content.Headers.ContentLength);
            Assert.Equal($"\"{_frame.Cid}\"", answer.Headers.ETag!.Tag);
            Assert.Equal(("attachment", "M 42 ñ.fits"),
                (answer.Content.Headers.ContentDisposition!.DispositionType, answer.Content.Headers.ContentDisposition.FileNameStar));
        }

        using var head = await _console.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Address));
        Assert.Equal((HttpStatusCode.OK, (long?)Size), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData("plain.fits", "attachment; filename=\"plain.fits\"; filename*=UTF-8''plain.fits")]
    [InlineData("M 31\\LIGHT\\Ha \"1\".fits",
        "attachment; filename=\"M 31_LIGHT_Ha _1_.fits\"; filename*=UTF-8''M%2031%5CLIGHT%5CHa%20%221%22.fits")]
    [InlineData("a\r\nSet-Cookie: b=c;'%.fits",
        "attachment; filename=\"a__Set-Cookie_ b_c___.fits\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b%3Dc%3B%27%25.fits")]
    [InlineData("\u2603.fits", "attachment; filename=\"_.fits\"; filename*=UTF-8''%E2%98%83.fits")]
    [InlineData(null, "attachment; filename=\"p_xe9.fits\"; filename*=UTF-8''p%5Cxe9.fits")]
    public async Task It_is_called_as_its_program_called_it(string? name, string disposition)
    {
        var original = name is null ? new RawName([0x70, 0xe9, .. ".fits"u8]) : RawName.FromText(name);
        var frame = await _console.Node.SaveAsync(bytes: _bytes[..100], original: original);
        using var answer = await _console.Client.GetAsync($"/frames/{frame.Id}/file");
        Assert.Equal(100, (await answer.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal(disposition, Assert.Single(answer.Content.Headers.GetValues("Content-Disposition")));
        Assert.Contains(HtmlEncoder.Default.Encode(original.ToString()), await _console.Client.GetStringAsync($"/frames/{frame.Id}"));
    }

    [Fact]
    public async Task A_part_of_it_comes_too_and_what_is_known_does_not()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address)
        {
            Headers = { Range = new RangeHeaderValue(2_000_000, 3_000_000) },
        };
        using var part = await _console.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(_bytes[2_000_000..3_000_001], await part.Content.ReadAsByteArrayAsync());
        using var known = new HttpRequestMessage(HttpMethod.Get, Address)
        {
            Headers = { IfNoneMatch = { new EntityTagHeaderValue($"\"{_frame.Cid}\"") } },
        };
        Assert.Equal(HttpStatusCode.NotModified, (await _console.Client.SendAsync(known)).StatusCode);
    }

    [Fact]
    public async Task When_no_place_gives_the_rest_the_connection_is_broken_off()
    {
        // Small enough to be the last leaf: what comes before it is sound, and goes out.
        foreach (var block in Directory.GetFiles(_server.Folder, "*", SearchOption.AllDirectories)
            .Where(b => new FileInfo(b).Length is > 100_000 and < 1 << 20))
        {
            await File.WriteAllBytesAsync(block, new byte[new FileInfo(block).Length]);
        }

        using var answer = await _console.Client.GetAsync(Address, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, (long?)Size), (answer.StatusCode, answer.Content.Headers.ContentLength));
        var received = new MemoryStream();
        await Assert.ThrowsAnyAsync<Exception>(async () => await (await answer.Content.ReadAsStreamAsync()).CopyToAsync(received));
        Assert.True(received.Length < Size);
        Assert.Equal(_bytes[..(int)received.Length], received.ToArray());
    }

    [Fact]
    public async Task When_no_place_gives_anything_a_page_says_what_each_answered()
    {
        await _server.StopAsync();
        using var answer = await _console.Client.GetAsync(Address);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Null(answer.Content.Headers.ContentDisposition);
        Assert.Null(answer.Headers.ETag);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("m42/1", page);
        Assert.Contains("altermundi: it cannot be reached", page);
        using var problem = await _console.Client.GetAsync("/api" + Address);
        Assert.Equal("application/problem+json", problem.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_discarded_frame_has_no_download()
    {
        await _console.Node.Catalogue.Ledger.ApplyAsync(
            new Fact.Discarded(_frame.Id, TimeProvider.System.GetUtcNow(), "ana", "a lamp"), default);
        Assert.DoesNotContain("id=\"download\"", await _console.Client.GetStringAsync($"/frames/{_frame.Id}"));
        Assert.Equal(HttpStatusCode.BadRequest, (await _console.Client.GetAsync(Address)).StatusCode);
    }
}
