using System.Net;
using System.Text;

namespace Wanda.Ops.Tests.App;

/// <summary>Pictures by their names, there or let go.</summary>
public sealed class CaptureFileTests : AppConsole
{
    [Theory]
    [InlineData("capture_0001.jpg", "capture_0001.jpg")]
    [InlineData("M 31/image_0001.jpg", "M%2031/image_0001.jpg")]
    [InlineData("M 31/image_0001.jpg", "M%2031%2Fimage_0001.jpg")]
    [InlineData("M31/Ha/image_0001.jpg", "M31%2fHa%2Fimage_0001.jpg")]
    [InlineData("100%2F★/image 1+1.jpg", "100%252F%E2%98%85/image%201+1.jpg")]
    public async Task It_comes_from_where_it_is_and_is_looked_at_each_time(string name, string written)
    {
        foreach (var isThere in new[] { true, false })
        {
            var bytes = isThere ? Picture(700) : await FreedAsync(name, 3_000_000);
            if (isThere)
                App.Write(name, bytes);
            else
                File.Delete(Path.Combine(App.Folder, name));
            foreach (var prefix in new[] { "/captures/", "/api/captures/" })
            {
                using var answer = await Client.GetAsync(prefix + written);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
                Assert.Equal(("image/jpeg", "no-cache", bytes.Length), (answer.Content.Headers.ContentType!.MediaType,
                    answer.Headers.CacheControl!.ToString(), (int)answer.Content.Headers.ContentLength!));
                using var again = new HttpRequestMessage(HttpMethod.Get, prefix + written)
                {
                    Headers = { IfNoneMatch = { answer.Headers.ETag! } },
                };
                Assert.Equal(HttpStatusCode.NotModified, (await Client.SendAsync(again)).StatusCode);
            }
        }
    }

    [Fact]
    public async Task A_name_that_came_again_is_its_newest_version()
    {
        await FreedAsync("image_0001.jpg", 900, DateTimeOffset.UnixEpoch.AddYears(50));
        var newest = await FreedAsync("image_0001.jpg", 901, DateTimeOffset.UnixEpoch.AddYears(51));
        Assert.Equal(newest, await Client.GetByteArrayAsync("/captures/image_0001.jpg"));
        using var first = await Client.GetAsync("/captures/image_0001.jpg");
        App.Write("image_0001.jpg", [0xFF, 0xD8, 0xFF, 9]); // written over again, and not taken yet
        using var later = new HttpRequestMessage(HttpMethod.Get, "/captures/image_0001.jpg")
        {
            Headers = { IfNoneMatch = { first.Headers.ETag! } },
        };
        Assert.Equal([0xFF, 0xD8, 0xFF, 9], await (await Client.SendAsync(later)).Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_the_app_serves_is_served_and_nothing_of_it_is_a_page()
    {
        App.Write("session_config.json", """{"name":"M 31"}"""u8.ToArray());
        App.Write("page.html", "<script>alert(1)</script>"u8.ToArray());
        App.Write("page.jpg", "<script>alert(1)</script>"u8.ToArray());
        App.Write("drawing.svg", "<svg onload='alert(1)'/>"u8.ToArray());
        Assert.Equal("""{"name":"M 31"}""", await Client.GetStringAsync("/captures/session_config.json"));
        foreach (var name in new[] { "page.html", "page.jpg", "drawing.svg" })
        {
            using var answer = await Client.GetAsync($"/captures/{name}");
            Assert.Equal(("application/octet-stream", "attachment"),
                (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.DispositionType));
            Assert.Contains("sandbox", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Theory]
    [InlineData("..%2Fsecret")]
    [InlineData("%2E%2E/secret")]
    [InlineData("below/..%2f..%2fsecret")]
    [InlineData("link")]
    [InlineData("linked/secret")]
    [InlineData("below")]
    [InlineData("a%00b")]
    [InlineData("%zz")]
    [InlineData("%2F")]
    [InlineData("nothing.jpg")]
    public async Task No_name_leads_out_of_the_folder(string written)
    {
        var outside = Directory.CreateTempSubdirectory("wanda-outside-");
        var beside = Path.Combine(Path.GetDirectoryName(App.Folder)!, "secret");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(outside.FullName, "secret"), "secret");
            await File.WriteAllTextAsync(beside, "secret");
            Directory.CreateDirectory(Path.Combine(App.Folder, "below"));
            File.CreateSymbolicLink(Path.Combine(App.Folder, "link"), Path.Combine(outside.FullName, "secret"));
            Directory.CreateSymbolicLink(Path.Combine(App.Folder, "linked"), outside.FullName);
            var answer = await RawAsync($"/captures/{written}");
            Assert.Matches("^HTTP/1.1 40[04] ", answer);
            Assert.DoesNotContain("secret\r\n", answer, StringComparison.Ordinal);
        }
        finally
        {
            outside.Delete(recursive: true);
            File.Delete(beside);
        }
    }

    [Fact]
    public async Task What_nobody_has_any_more_is_told_and_not_shown_in_part()
    {
        await FreedAsync("image_0001.jpg", 2_000_000);
        await Server.StopAsync();
        await RefusedAsync(await Client.GetAsync("/captures/image_0001.jpg"), HttpStatusCode.GatewayTimeout, "IPFS_TIMEOUT");
    }

    // As it is written: .NET's client would put in order what leads elsewhere.
    private async Task<string> RawAsync(string target)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Console.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
