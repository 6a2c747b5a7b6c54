using System.Net;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.Web;

public sealed class PagesTests : IAsyncLifetime
{
    private TestConsole _console = null!;

    public async Task InitializeAsync() => _console = await TestConsole.StartAsync();

    public Task DisposeAsync() => _console.DisposeAsync().AsTask();

    [Fact]
    public async Task Every_page_says_what_to_do_when_there_is_nothing_yet()
    {
        foreach (var (path, words) in new[]
                 {
                     ("/", "Waiting for the first frame"), ("/frames", "No frames yet"), ("/frames?state=only-here", "Nothing to do here"),
                     ("/sessions", "A session begins"), ("/sources", "every file that was seen is taken"),
                     ("/queues", "wanda up"), ("/ipfs", "ipfs.kubo.manage"),
                 })
        {
            Assert.Contains(words, await _console.Client.GetStringAsync(path));
        }
    }

    /// <summary>Law 11: whoever has another page open, or another tab, sees it too.</summary>
    [Fact]
    public async Task Every_page_says_in_its_title_how_bad_it_is_and_goes_on_saying_it()
    {
        var frame = await _console.Node.SaveAsync();
        await _console.Node.Queues.PauseAsync(QueueNames.IpfsAdd, "made");
        string[] pages =
        [
            "/", "/frames", $"/frames/{frame.Id}", "/sessions", "/sources", "/ipfs", "/queues", $"/queues/{QueueNames.IpfsAdd}",
        ];
        foreach (var page in pages)
            Assert.Contains("<title>Waiting · ", WebUtility.HtmlDecode(await _console.Client.GetStringAsync(page)));
        File.Delete(Path.Combine(_console.Node.Root.Path, StorageRoot.IdFileName));
        foreach (var page in pages)
        {
            Assert.Contains("<title>Capture stopped · ", WebUtility.HtmlDecode(await _console.Client.GetStringAsync(page)));
            using var live = new StreamReader(await _console.Client.GetStreamAsync($"/live{page}"));
            Assert.Contains("data-title=\"Capture stopped · ", WebUtility.HtmlDecode(await live.ReadLineAsync()));
        }
    }

    /// <summary>A proof that was read from a journal is worth nothing until it was asked for again: that is no date.</summary>
    [Fact]
    public async Task A_proof_that_is_to_be_asked_for_again_says_so_and_no_date()
    {
        var node = _console.Node;
        var frame = await node.SaveAsync();
        await node.AddCidAsync(frame);
        await node.ProveAsync(frame, expires: CustodyProof.AskAgain);
        var page = await _console.Client.GetStringAsync($"/frames/{frame.Id}");
        Assert.Contains("; to be asked for again</li>", page);
        var json = await _console.Client.GetStringAsync($"/api/frames/{frame.Id}");
        Assert.Contains("\"worth\":\"to be asked for again\"", json);
        Assert.DoesNotContain("1970", page + json);
    }

    [Fact]
    public async Task The_first_page_says_since_when_something_is_so()
    {
        await _console.Node.Queues.PauseAsync(QueueNames.IpfsAdd, "changing the disk");
        Assert.Matches("Computing CIDs is paused: changing the disk\\.</a>\\s*<span class=\"quiet\">Since .*\\.</span>",
            await _console.Client.GetStringAsync("/"));
        Assert.Contains("\"since\":\"", await _console.Client.GetStringAsync("/api/status"));
    }

    [Fact]
    public async Task The_first_page_begins_with_the_sentence()
    {
        var safe = await _console.Node.SaveAsync();
        await _console.Node.AddCidAsync(safe);
        await _console.Node.ProveAsync(safe);
        await _console.Node.SaveAsync();
        var html = await _console.Client.GetStringAsync("/");
        Assert.Contains("<h1 id=\"sentence\">2 frames tonight, 1 safe on altermundi, 1 only here", html);
        Assert.Contains($"href=\"/frames/{safe.Id}\"", html);
    }

    [Fact]
    public async Task The_first_page_says_of_a_destination_that_it_cannot_prove_and_what_its_limits_are()
    {
        var psa = new DestinationOptions
        {
            Name = "psa",
            Kind = "pinning-service",
            Url = "https://psa.example.org",
            CarUrl = "https://psa.example.org/car",
            Token = "t",
            Public = true,
            MonthlyVolume = ByteSize.Parse("20GB"),
            Window = UploadWindow.Parse("00:00-23:59"),
        };
        await using var console = await TestConsole.StartAsync(o => o with { Destinations = [.. o.Destinations, psa] });
        await console.Node.SaveAsync();
        var html = await console.Client.GetStringAsync("/");
        foreach (var words in new[] { "offers no way to prove: frames stay here", "0 B of 20 GB this month", "00:00-23:59" })
            Assert.Contains(words, html);
    }

    [Theory]
    [InlineData(Machine.Other, false, Flushes.Yes, "counts as another machine: it is where we look; flushes: it says so")]
    [InlineData(Machine.This, true, Flushes.Unknown, "counts as this machine: it is where we look; flushes: cannot be told")]
    [InlineData(null, false, Flushes.ByUs, "flushes: by us, file by file")]
    public async Task The_first_page_says_on_which_machine_a_destination_is_and_how_it_flushes(
        Machine? machine, bool here, Flushes flushes, string words)
    {
        var frame = await _console.Node.SaveAsync();
        await _console.Node.AddCidAsync(frame);
        await _console.Node.ProveAsync(frame, flushes: flushes);
        if (machine is { } found)
            await _console.Node.Catalogue.Destinations.JudgedAsync("altermundi", new(found, "is where we look"), here, default);
        Assert.Contains($"<p class=\"quiet\">{words}</p>", await _console.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_frame_s_page_tells_its_whole_way_and_links_to_where_it_is()
    {
        var capture = await _console.Node.SaveAsync(metadata: """{"exposure":2.5,"filter":"Ha"}""");
        await _console.Node.AddCidAsync(capture);
        await _console.Node.ProveAsync(capture);
        await _console.Node.ReleaseAsync(capture);
        var html = await _console.Client.GetStringAsync($"/frames/{capture.Id}");
        foreach (var words in new[] { "Safe on altermundi, freed here", "CID computed", "freed here", "<dt>Filter</dt><dd>Ha</dd>",
            $"https://pin.example.org/ipfs/{TestNode.Cid}" })
        {
            Assert.Contains(words, html);
        }
    }

    [Fact]
    public async Task What_was_saved_under_a_hostile_name_is_shown_and_not_run()
    {
        var capture = await _console.Node.SaveAsync(name: "<img src=x onerror=alert(1)>.fits", metadata: """{"<b>":"<script>"}""");
        foreach (var path in new[] { $"/frames/{capture.Id}", "/frames?view=list", "/" })
        {
            var html = await _console.Client.GetStringAsync(path);
            Assert.DoesNotContain("<img src=x", html);
            Assert.DoesNotContain("<b>", html);
        }
    }

    /// <summary>Nothing else in the grid tells what a file without a picture is.</summary>
    [Fact]
    public async Task What_has_no_preview_says_its_name_and_why()
    {
        var none = await _console.Node.SaveAsync(name: "flat.raw");
        await _console.Node.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(none.Id, "nothing installed reads it"), default);
        await _console.Node.SaveAsync(name: "new.fits");
        await _console.Node.SaveAsync(name: "notes.txt", kind: CaptureKind.Sidecar);
        var html = await _console.Client.GetStringAsync("/frames");
        string[] all = ["flat.raw: no preview, nothing installed reads it", "new.fits: preview to come", "notes.txt: preview"];
        foreach (var words in all)
            Assert.Contains(words, html);
        html = await _console.Client.GetStringAsync($"/frames/{none.Id}");
        Assert.Contains("<span>no preview, nothing installed reads it</span>", html);
    }

    [Fact]
    public async Task Frames_are_paged_and_filtered()
    {
        for (var i = 0; i < 61; i++)
            await _console.Node.SaveAsync();
        var first = await _console.Client.GetStringAsync("/frames?session=m42&state=only-here");
        Assert.Contains("61 frames", first);
        var older = WebUtility.HtmlDecode(
            System.Text.RegularExpressions.Regex.Match(first, "href=\"([^\"]+before=[^\"]+)\"").Groups[1].Value);
        var second = await _console.Client.GetStringAsync(older);
        Assert.Equal(60, Count(first));
        Assert.Equal(1, Count(second));
        Assert.Contains("No frame is in this state", await _console.Client.GetStringAsync("/frames?state=freed"));

        static int Count(string html) => System.Text.RegularExpressions.Regex.Count(html, "<li[^>]* id=\"f-");
    }

    [Theory]
    [InlineData("/frames/01890000-0000-7000-8000-000000000000")]
    [InlineData("/queues/no-such")]
    [InlineData("/frames/ffff")]
    [InlineData("/no-such-page")]
    public async Task What_is_not_here_gives_a_page_that_says_so(string path)
    {
        var answer = await _console.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("That is not possible", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_preview_is_sent_as_what_it_is_and_kept()
    {
        var capture = await _console.Node.SaveAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await _console.Client.GetAsync($"/frames/{capture.Id}/preview")).StatusCode);
        var path = _console.Node.Data.PreviewOf(capture.Id);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        foreach (var (bytes, type) in new (byte[], string)[]
                 {
                     ([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 1], "image/jpeg"),
                     ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1], "image/png"),
                 })
        {
            await File.WriteAllBytesAsync(path, bytes);
            var answer = await _console.Client.GetAsync($"/frames/{capture.Id}/preview");
            Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
            Assert.Contains("immutable", answer.Headers.CacheControl!.ToString());
            Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        }

        await File.WriteAllTextAsync(path, "<svg onload=alert(1)>");
        Assert.Equal(HttpStatusCode.NotFound, (await _console.Client.GetAsync($"/frames/{capture.Id}/preview")).StatusCode);
    }

    [Fact]
    public async Task A_page_s_stream_sends_its_new_content_when_the_catalogue_changes()
    {
        var capture = await _console.Node.SaveAsync();
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var stream = await _console.Client.GetStreamAsync($"/live/frames/{capture.Id}", cancel.Token);
        using var lines = new StreamReader(stream);
        await ReadUntilAsync("Only here, no CID yet");
        await _console.Node.AddCidAsync(capture);
        await ReadUntilAsync(TestNode.Cid);

        async Task ReadUntilAsync(string words)
        {
            while (await lines.ReadLineAsync(cancel.Token) is { } line)
            {
                if (line.Contains(words, StringComparison.Ordinal))
                    return;
            }

            Assert.Fail($"The stream ended before it said '{words}'.");
        }
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_open_pages()
    {
        await using var stream = await _console.Client.GetStreamAsync("/live/");
        Assert.True(await stream.ReadAsync(new byte[1]) == 1);
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _console.StopAsync(cancel.Token);
        Assert.False(cancel.IsCancellationRequested);
    }

    [Fact]
    public async Task Pages_load_nothing_from_anywhere_else()
    {
        await _console.Node.SaveAsync();
        foreach (var path in new[] { "/", "/frames", "/sessions", "/queues", "/ipfs" })
        {
            var html = await _console.Client.GetStringAsync(path);
            Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
            foreach (System.Text.RegularExpressions.Match asset in System.Text.RegularExpressions.Regex.Matches(html,
                "(?:src|href)=\"(/assets/[^\"]+)\""))
            {
                Assert.Equal(HttpStatusCode.OK, (await _console.Client.GetAsync(asset.Groups[1].Value)).StatusCode);
            }
        }
    }
}
