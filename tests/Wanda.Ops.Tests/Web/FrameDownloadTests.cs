using System.Net;
using System.Net.Http.Headers;
using Wanda.Catalog;
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
        Assert.Contains("altermundi: cannot be reached", page);
        using var problem = await _console.Client.GetAsync("/api" + Address);
        Assert.Equal("application/problem+json", problem.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_discarded_frame_has_no_download()
    {
        await _console.Node.Catalogue.Captures.DiscardAsync(_frame.Id, TimeProvider.System.GetUtcNow(), "ana", "a lamp", default);
        Assert.DoesNotContain("id=\"download\"", await _console.Client.GetStringAsync($"/frames/{_frame.Id}"));
        Assert.Equal(HttpStatusCode.BadRequest, (await _console.Client.GetAsync(Address)).StatusCode);
    }
}
