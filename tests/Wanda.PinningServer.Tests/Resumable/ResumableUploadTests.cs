using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Resumable;

public sealed class ResumableUploadTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private Frame _frame = null!;
    private byte[] _car = null!;

    private HttpClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _frame = await Frame.MakeAsync(3_000_000);
        _car = await _frame.CarAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Sent_in_parts_over_a_restart_it_is_the_pin_that_it_would_be_in_one_piece()
    {
        string metadata = Tus.Metadata(("cid", _frame.Root.ToString()), ("capture", "c1"), ("session", "M 31 ★"),
            ("number", "7"), ("name", "m31-007.fits"));
        var upload = await Client.BeginAsync(_car.Length, metadata);
        Assert.Equal(0, await Client.OffsetAsync(upload));

        using (var first = await Client.AppendAsync(upload, 0, _car.AsMemory(0, 1_234_567)))
        {
            Assert.Equal((HttpStatusCode.NoContent, 1_234_567L), (first.StatusCode, first.Offset()));
            Assert.Null(first.Pin());
        }

        await _server.RestartAsync();
        upload = new Uri(upload.PathAndQuery, UriKind.Relative);
        Assert.Equal(1_234_567, await Client.OffsetAsync(upload));
        using var last = await Client.AppendAsync(upload, 1_234_567, _car.AsMemory(1_234_567));

        Assert.Equal((HttpStatusCode.NoContent, (long)_car.Length), (last.StatusCode, last.Offset()));
        var pin = Assert.Single(await Client.PinsAsync())!;
        Assert.Equal(last.Pin(), (string)pin["pinId"]!);
        Assert.Equal(("c1", "M 31 ★", 7, "m31-007.fits"),
            ((string)pin["capture"]!, (string)pin["session"]!, (int)pin["number"]!, (string)pin["name"]!));
        Assert.Equal(_frame.Content, await Client.GetByteArrayAsync($"/ipfs/{_frame.Root}"));
        var whole = await Client.UploadAsync(_car, "capture=c1&session=M%2031%20%E2%98%85&number=7").JsonAsync();
        Assert.Equal(last.Pin(), (string)whole["pinId"]!);
    }

    [Fact]
    public async Task Whoever_lost_the_last_answer_is_told_again()
    {
        var upload = await Client.BeginAsync(_car.Length);
        using var last = await Client.AppendAsync(upload, 0, _car);

        using var look = await Client.LookAsync(upload);
        Assert.Equal(last.Pin(), look.Pin());
        Assert.Equal(_car.Length, look.Offset());
        using var again = await Client.AppendAsync(upload, _car.Length, Array.Empty<byte>());
        Assert.Equal((HttpStatusCode.NoContent, last.Pin()), (again.StatusCode, again.Pin()));
        Assert.Empty(Parts());
    }

    [Fact]
    public async Task Whoever_announced_the_root_finds_the_open_upload_again_without_its_address()
    {
        string metadata = Tus.Metadata(("cid", _frame.Root.ToString()), ("capture", "c1"));
        var upload = await Client.BeginAsync(_car.Length, metadata);
        using var part = await Client.AppendAsync(upload, 0, _car.AsMemory(0, 1000));

        using var again = await Client.CreateAsync(_car.Length, metadata);
        Assert.Equal((HttpStatusCode.OK, upload, 1000L), (again.StatusCode, again.Place(), again.Offset()));

        // Another capture with the same content, another node and another length are other uploads; so is anything without a root.
        Assert.NotEqual(upload, await Client.BeginAsync(_car.Length, Tus.Metadata(("cid", _frame.Root.ToString()), ("capture", "c2"))));
        Assert.NotEqual(upload, await Client.BeginAsync(_car.Length + 1, metadata));
        using var hill = _server.ClientOf(TestServer.Hill);
        Assert.NotEqual(upload, await hill.BeginAsync(_car.Length, metadata));
        Assert.NotEqual(await Client.BeginAsync(_car.Length), await Client.BeginAsync(_car.Length));

        // A finished one is not found again: who sends anew wants a damaged copy healed.
        using var last = await Client.AppendAsync(upload, 1000, _car.AsMemory(1000));
        Assert.NotEqual(upload, await Client.BeginAsync(_car.Length, metadata));
    }

    [Fact]
    public async Task A_newer_request_ends_the_older_one_and_what_that_brought_is_kept()
    {
        var upload = await Client.BeginAsync(_car.Length);
        var hang = new TaskCompletionSource();
        using var stuck = new Body(_car.Length, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(_car.AsMemory(0, 1_000_000), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await hang.Task.WaitAsync(cancellationToken);
            throw new IOException("The line broke.");
        });
        var older = Client.AppendAsync(upload, 0, stuck);
        await Eventually.HoldsAsync(() => Parts().Sum(p => new FileInfo(p).Length) == 1_000_000, "a megabyte has come");

        Assert.Equal(1_000_000, await Client.OffsetAsync(upload));
        using var rest = await Client.AppendAsync(upload, 1_000_000, _car.AsMemory(1_000_000));

        Assert.NotNull(rest.Pin());
        hang.SetResult();
        try
        {
            Assert.Equal("SUPERSEDED", await older.RefusedAsync(HttpStatusCode.Conflict));
        }
        catch (HttpRequestException)
        {
            // The answer came, but the body that was still being written broke first.
        }
    }

    [Fact]
    public async Task A_CAR_that_is_none_is_refused_at_its_end_and_gives_its_room_back()
    {
        _car[^1] ^= 1;
        var upload = await Client.BeginAsync(_car.Length);

        Assert.Equal("BAD_CAR", await Client.AppendAsync(upload, 0, _car).RefusedAsync(HttpStatusCode.BadRequest));

        using var gone = await Client.LookAsync(upload);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Empty(await Client.PinsAsync());
        Assert.Empty(_server.Blocks());
        Assert.Empty(Parts());
    }

    [Fact]
    public async Task An_ended_upload_leaves_nothing()
    {
        var upload = await Client.BeginAsync(_car.Length);
        using var part = await Client.AppendAsync(upload, 0, _car.AsMemory(0, 1000));
        Assert.Single(Parts());

        using var ended = await Client.EndAsync(upload);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Empty(Parts());
        Assert.Equal("NOT_FOUND", await Client.AppendAsync(upload, 1000, _car.AsMemory(1000)).RefusedAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Others_neither_see_nor_touch_it()
    {
        var upload = await Client.BeginAsync(_car.Length);
        using var hill = _server.ClientOf(TestServer.Hill);

        using var look = await hill.LookAsync(upload);
        Assert.Equal(HttpStatusCode.NotFound, look.StatusCode);
        Assert.Equal("NOT_FOUND", await hill.AppendAsync(upload, 0, _car).RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal("NOT_FOUND", await hill.EndAsync(upload).RefusedAsync(HttpStatusCode.NotFound));
        Assert.Equal(0, await Client.OffsetAsync(upload));
    }

    private string[] Parts() => Directory.GetFiles(Path.Combine(_server.Folder, "uploads"));
}
