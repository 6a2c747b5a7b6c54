using System.Net;
using System.Net.Http.Headers;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Gateway;

public sealed class GatewayTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private Frame _frame = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _frame = await Frame.MakeAsync(3_000_000);
        await _server.Client.UploadAsync(await _frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_block_comes_by_itself(bool byHeader)
    {
        foreach (var cid in _frame.Blocks)
        {
            using var answer = await GetAsync($"/ipfs/{cid}{(byHeader ? "" : "?format=raw")}",
                byHeader ? "application/vnd.ipld.raw" : null);

            var block = Block.Verify(cid, await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal(_frame[cid], block.Data.ToArray());
            Assert.Equal("application/vnd.ipld.raw", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal($"\"{cid}.raw\"", answer.Headers.ETag!.Tag);
            Assert.Contains("immutable", answer.Headers.CacheControl!.ToString());
            Assert.Equal($"/ipfs/{cid}", answer.Headers.GetValues("X-Ipfs-Path").Single());
            Assert.Equal($"{cid}.bin",
                answer.Content.Headers.ContentDisposition!.FileNameStar ?? answer.Content.Headers.ContentDisposition.FileName);
        }
    }

    [Fact]
    public async Task A_CAR_is_whole_verifiable_and_parents_first()
    {
        using var answer = await GetAsync($"/ipfs/{_frame.Root}", "application/vnd.ipld.car; version=1");
        byte[] car = await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal(car.Length, answer.Content.Headers.ContentLength);
        Assert.Equal("application/vnd.ipld.car; version=1; order=dfs; dups=n", answer.Content.Headers.ContentType!.ToString());
        using var reader = await CarReader.OpenAsync(new MemoryStream(car));
        Assert.Equal([_frame.Root], reader.Roots);
        Assert.Equal(_frame.Blocks, await reader.ReadBlocksAsync().Select(b => b.Cid).ToListAsync());
    }

    [Theory]
    [InlineData("block", 1)]
    [InlineData("entity", 4)]
    [InlineData("all", 4)]
    public async Task The_scope_says_how_much_of_a_DAG_comes(string scope, int blocks)
    {
        using var answer = await GetAsync($"/ipfs/{_frame.Root}?format=car&dag-scope={scope}");
        using var reader = await CarReader.OpenAsync(await answer.Content.ReadAsStreamAsync());

        Assert.Equal(blocks, await reader.ReadBlocksAsync().CountAsync());
        Assert.Contains(scope, answer.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task A_person_gets_the_file_under_its_name_with_ranges()
    {
        using var whole = await GetAsync($"/ipfs/{_frame.Root}?filename=m31.fits");
        Assert.Equal(_frame.Content, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/fits", whole.Content.Headers.ContentType!.MediaType);
        Assert.Equal("inline", whole.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("m31.fits", whole.Content.Headers.ContentDisposition.FileNameStar);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{_frame.Root}?download=true")
        {
            Headers = { Range = new RangeHeaderValue(1_000_000, 2_200_000) },
        };
        using var part = await _server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(_frame.Content[1_000_000..2_200_001], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal("attachment", part.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    public async Task What_is_named_like_a_page_cannot_act_as_one()
    {
        var page = await Frame.MakeAsync("<script>alert(1)</script>"u8.ToArray());
        await _server.Client.UploadAsync(await page.CarAsync()).JsonAsync(HttpStatusCode.Created);

        using var answer = await GetAsync($"/ipfs/{page.Root}?filename=../x.html");

        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("x.html", answer.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [Theory]
    [InlineData("plain words\n", "notes", "text/plain; charset=utf-8")]
    [InlineData("día 1, campo M31\n", "LÉEME", "text/plain; charset=utf-8")]
    [InlineData("", "nothing", "text/plain")]
    [InlineData("SIMPLE  =                    T", "frame", "application/fits")]
    [InlineData("\u0001\u0002", "frame", "application/octet-stream")]
    [InlineData("a,b\n", "table.csv", "text/csv; charset=utf-8")]
    [InlineData("\uFEFF \n<svg onload='x'>", "drawing", null)]
    [InlineData("words", "page.XHTML", null)]
    [InlineData("words", "drawing.svg", null)]
    public async Task A_file_has_its_type_by_name_or_content_unless_it_could_act_as_a_page(string content, string name, string? type)
    {
        var file = await Frame.MakeAsync(System.Text.Encoding.UTF8.GetBytes(content));
        await _server.Client.UploadAsync(await file.CarAsync()).JsonAsync(HttpStatusCode.Created);

        using var answer = await GetAsync($"/ipfs/{file.Root}?filename={name}");

        Assert.Equal(type ?? "application/octet-stream", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(type is null, answer.Headers.Contains("X-Content-Type-Options"));
        Assert.Equal(file.Content, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_text_whose_beginning_ends_within_a_character_is_a_text()
    {
        var file = await Frame.MakeAsync(System.Text.Encoding.UTF8.GetBytes(new string('x', 511) + new string('é', 300)));
        await _server.Client.UploadAsync(await file.CarAsync()).JsonAsync(HttpStatusCode.Created);

        using var answer = await GetAsync($"/ipfs/{file.Root}");

        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=raw")]
    [InlineData("?format=car")]
    public async Task Known_content_is_not_sent_again(string query)
    {
        using var first = await GetAsync($"/ipfs/{_frame.Root}{query}");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{_frame.Root}{query}");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await _server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=raw")]
    [InlineData("?format=car")]
    public async Task HEAD_tells_the_length_and_sends_nothing(string query)
    {
        using var get = await GetAsync($"/ipfs/{_frame.Root}{query}");
        using var head = await _server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/ipfs/{_frame.Root}{query}"));

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal((await get.Content.ReadAsByteArrayAsync()).Length, head.Content.Headers.ContentLength);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=car")]
    public async Task A_missing_block_is_told_before_the_first_byte(string query)
    {
        File.Delete(_server.Blocks().First(b => new FileInfo(b).Length == _frame[_frame.Blocks[^1]].Length));

        var refusal = await _server.Client.GetAsync($"/ipfs/{_frame.Root}{query}").JsonAsync(HttpStatusCode.NotFound);

        Assert.Contains(_frame.Blocks[^1].ToString(), (string)refusal["error"]!["details"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=car")]
    public async Task A_block_found_damaged_on_the_way_cuts_the_answer_off(string query)
    {
        string file = _server.Blocks().First(b => new FileInfo(b).Length == _frame[_frame.Blocks[^1]].Length);
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[5] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => _server.Client.GetByteArrayAsync($"/ipfs/{_frame.Root}{query}"));

        Assert.True(failure is HttpRequestException or IOException, failure.ToString());
    }

    [Fact]
    public async Task What_is_not_here_is_not_fetched_from_elsewhere()
    {
        var unknown = await Frame.MakeAsync(10, seed: 9);
        using var onlyIfCached = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{unknown.Root}")
        {
            Headers = { CacheControl = new CacheControlHeaderValue { OnlyIfCached = true } },
        };

        Assert.Equal("NOT_FOUND", await _server.Client.GetAsync($"/ipfs/{unknown.Root}?format=raw").RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal("NOT_CACHED", await _server.Client.SendAsync(onlyIfCached).RefusedAsync(HttpStatusCode.PreconditionFailed));
        Assert.Equal("BAD_REQUEST", await _server.Client.GetAsync("/ipfs/nonsense").RefusedAsync(HttpStatusCode.BadRequest));
        Assert.Equal("BAD_REQUEST",
            await _server.Client.GetAsync($"/ipfs/{_frame.Root}?format=tar").RefusedAsync(HttpStatusCode.BadRequest));
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        return (await _server.Client.SendAsync(request)).EnsureSuccessStatusCode();
    }
}
