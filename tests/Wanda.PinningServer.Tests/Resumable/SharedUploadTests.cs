using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Resumable;

/// <summary>One upload, and others who ask for it: another node, which has no part in it, and a second program of its own.</summary>
public sealed class SharedUploadTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("HEAD", null)]
    [InlineData("PATCH", null)]
    [InlineData("DELETE", null)]
    [InlineData("POST", "PATCH")]
    [InlineData("POST", "DELETE")]
    public async Task What_another_node_asks_of_it_ends_no_part_that_is_coming(string method, string? instead)
    {
        byte[] car = await (await Frame.MakeAsync(100_000)).CarAsync();
        var upload = await _server.Client.BeginAsync(car.Length);
        using var hill = _server.ClientOf(TestServer.Hill);
        var asked = new TaskCompletionSource();
        using var part = new Body(car.Length, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(car.AsMemory(0, 50_000), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await asked.Task;
            await stream.WriteAsync(car.AsMemory(50_000), cancellationToken);
        });
        var owners = _server.Client.AppendAsync(upload, 0, part);
        await Eventually.HoldsAsync(
            async () => (await _server.Client.GetStringAsync("/metrics")).Contains("wanda_pinning_uploads_in_progress 1\n",
                StringComparison.Ordinal), "it is under way");

        for (int i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), upload)
            {
                Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Offset", "0" } },
                Content = method is "POST" or "PATCH"
                    ? new ByteArrayContent(car) { Headers = { ContentType = new("application/offset+octet-stream") } }
                    : null,
            };
            if (instead is not null)
                request.Headers.Add("X-HTTP-Method-Override", instead);
            using var answer = await hill.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        asked.SetResult();
        using var taken = await owners;
        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
        Assert.Single(await _server.Client.PinsAsync());
        Assert.Empty(await hill.PinsAsync());
    }

    [Fact]
    public async Task A_second_part_ends_the_first_and_goes_on_from_what_came_of_it()
    {
        byte[] car = await (await Frame.MakeAsync(100_000)).CarAsync();
        var upload = await _server.Client.BeginAsync(car.Length);
        var line = new TaskCompletionSource();
        using var stuck = new Body(car.Length, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(car.AsMemory(0, 50_000), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await line.Task;
        });
        var first = _server.Client.AppendAsync(upload, 0, stuck);
        await Eventually.HoldsAsync(
            async () => (await _server.Client.GetStringAsync("/metrics")).Contains("wanda_pinning_uploads_in_progress 1\n",
                StringComparison.Ordinal), "it is under way");

        // It does not know how far the first came: that is told, and nothing is written twice.
        Assert.Equal("WRONG_OFFSET", await _server.Client.AppendAsync(upload, 0, car).RefusedAsync(HttpStatusCode.Conflict));
        line.SetException(new IOException("The line was dead."));
        await Assert.ThrowsAnyAsync<Exception>(() => first);
        long offset = await _server.Client.OffsetAsync(upload);
        Assert.Equal(50_000, offset);
        using var rest = await _server.Client.AppendAsync(upload, offset, car.AsMemory((int)offset));
        Assert.NotNull(rest.Pin());
    }

    [Fact]
    public async Task Two_programs_that_send_the_same_both_have_it_in_the_end()
    {
        var frame = await Frame.MakeAsync(20_000_000);
        byte[] car = await frame.CarAsync();
        string metadata = Tus.Metadata(("cid", frame.Root.ToString()), ("capture", "c1"));

        var pins = await Task.WhenAll(SendAsync(), SendAsync(), SendAsync());

        Assert.All(pins, Assert.NotNull);
        var pin = Assert.Single(await _server.Client.PinsAsync());
        Assert.Equal(frame.Root.ToString(), (string)pin!["cid"]!);
        Assert.Equal(frame.Content, await _server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));

        async Task<string?> SendAsync()
        {
            using var client = _server.ClientOf(TestServer.Dome);
            for (int tries = 0; tries < 100; tries++)
            {
                using var begun = await client.CreateAsync(car.Length, metadata);
                if (!begun.IsSuccessStatusCode)
                    continue;
                long offset = begun.Offset();
                try
                {
                    using var answer = await client.AppendAsync(begun.Place(), offset, car.AsMemory((int)offset));
                    if (answer.StatusCode == HttpStatusCode.NoContent && answer.Pin() is { } made)
                        return made;
                }
                catch (HttpRequestException)
                {
                    // Superseded while it was still sending.
                }
            }

            return null;
        }
    }

    [Theory]
    [InlineData("/v0/uploads")]
    [InlineData("/v0/uploads/")]
    [InlineData("/V0/Uploads")]
    [InlineData("/V0/UPLOADS/")]
    [InlineData("/v0/uploads/?a=b/c")]
    public async Task Its_location_is_one_from_wherever_it_was_asked(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", "1000" } },
        };
        using var begun = await _server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        Assert.Equal(0, await _server.Client.OffsetAsync(begun.Place()));
    }

    [Theory]
    [InlineData("https://pin.example.org")]
    [InlineData("https://pin.example.org/")]
    [InlineData("https://pin.example.org/wanda/")]
    public async Task With_a_public_address_its_location_names_that(string address)
    {
        await using var server = await TestServer.StartAsync(o => o with { PublicUrl = address });

        using var begun = await server.Client.CreateAsync(1000);

        Assert.StartsWith($"{address.TrimEnd('/')}/v0/uploads/", begun.Headers.Location!.OriginalString);
        Assert.Equal(0, await server.Client.OffsetAsync(new Uri($"/v0/uploads/{begun.Headers.Location.Segments[^1]}", UriKind.Relative)));
    }
}
