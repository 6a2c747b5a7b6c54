using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Wanda.Catalog;

namespace Wanda.Ops.Tests.Imports;

/// <summary>Imports in the REST interface and on the page of sources: what <c>wanda import</c> does, for operators alone.</summary>
public sealed partial class ImportTests : IAsyncLifetime
{
    private static readonly byte[] Jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xd9];

    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("wanda-import-");
    private TestConsole _console = null!;

    private HttpClient Client => _console.Client;

    public async Task InitializeAsync()
    {
        _console = await TestConsole.StartAsync();
        _disk.CreateSubdirectory("M31 & M32");
        await File.WriteAllTextAsync(Path.Combine(_disk.FullName, "session_config.json"), "{}");
        for (var i = 1; i <= 3; i++)
            await File.WriteAllBytesAsync(Path.Combine(_disk.FullName, "M31 & M32", $"image_{i:0000}.jpg"), Jpeg);
    }

    public async Task DisposeAsync()
    {
        await _console.DisposeAsync();
        _disk.Delete(recursive: true);
    }

    [Fact]
    public async Task An_import_is_tried_asked_for_listed_and_stopped_over_REST()
    {
        var dry = await GoodAsync(await Client.PostAsJsonAsync("/api/imports", new { path = _disk.FullName, dryRun = true }));
        Assert.Equal((3, 1, "wanda-app"), ((int?)dry["frames"], (int?)dry["sidecars"], (string?)dry["preset"]));
        Assert.Contains("3 pictures, 0 videos and 1 other file in 2 folders, 30 B", (string?)dry["words"]![0]);
        Assert.Contains("reading all of it takes", (string?)dry["words"]![1]);
        Assert.Empty(await ListAsync());

        var asked = await GoodAsync(await Client.PostAsJsonAsync("/api/imports", new { path = _disk.FullName, preset = "NINA" }));
        Assert.Equal("open", (string?)asked["state"]);
        Assert.Equal("nina", Assert.Single(await _console.Node.Catalogue.Imports.ListAsync(default)).Preset);
        var again = await GoodAsync(await Client.PostAsJsonAsync("/api/imports", new { path = _disk.FullName + "/" }));
        Assert.Equal((long?)asked["id"], (long?)again["id"]);

        await ProgressAsync(import => import with { Found = 40, FoundBytes = 400, Taken = 10, Known = 3, Left = 2, DoneBytes = 130 });
        var far = Assert.Single(await ListAsync())!;
        Assert.Equal((40, 10, 3, 2, 0), ((int?)far["found"], (int?)far["taken"], (int?)far["known"], (int?)far["left"],
            (int?)far["refused"]));
        Assert.Equal((400L, 130L), ((long?)far["bytes"], (long?)far["doneBytes"]));

        await GoodAsync(await Client.PostAsync($"/api/imports/{far["id"]}/stop", null));
        Assert.Equal("stopped", (string?)Assert.Single(await ListAsync())!["state"]);
        using var twice = await Client.PostAsync($"/api/imports/{far["id"]}/stop", null);
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
    }

    [Theory]
    [InlineData("""{"path":"captures","dryRun":true}""", "is no absolute path")]
    [InlineData("""{"path":"/none/such"}""", "cannot be looked into")]
    [InlineData("""{"path":"/tmp","preset":"flask"}""", "is no preset")]
    [InlineData("""{"path":"DATA"}""", "is this node's own")]
    [InlineData("""{"path":"/tmp/../DATA/keys/","dryRun":true}""", "is this node's own")]
    [InlineData("""{"dryRun":true}""", "path: is missing")]
    [InlineData("path=/tmp", "no small object of JSON")]
    public async Task What_cannot_be_imported_is_said_and_not_asked_for(string body, string said)
    {
        body = body.Replace("DATA", _console.Node.Options.Data, StringComparison.Ordinal);
        using var answer = await Client.PostAsync("/api/imports", new StringContent(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(said, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Whoever_may_only_look_sees_and_changes_none()
    {
        await using var console = await TestConsole.StartAsync(o => o with { Ops = o.Ops with { Token = new string('t', 40) } });
        foreach (var (method, address) in new[]
            {
                (HttpMethod.Get, "/api/imports"), (HttpMethod.Post, "/api/imports"), (HttpMethod.Post, "/api/imports/1/stop"),
                (HttpMethod.Post, "/sources/imports/look"), (HttpMethod.Post, "/sources/imports/begin"),
            })
        {
            using var request = new HttpRequestMessage(method, address) { Headers = { { "X-Wanda-Role", "view" } } };
            if (method == HttpMethod.Post)
                request.Content = JsonContent.Create(new { path = _disk.FullName });
            Assert.Equal(HttpStatusCode.Unauthorized, (await console.Client.SendAsync(request)).StatusCode);
        }

        Assert.Empty(await console.Node.Catalogue.Imports.ListAsync(default));
    }

    [Fact]
    public async Task The_page_looks_first_and_begins_at_the_word()
    {
        var token = await TokenAsync();
        var looked = await PostAsync("look", ("path", $"{_disk.FullName}/M31 & M32"), ("preset", ""));
        Assert.Equal(HttpStatusCode.Redirect, looked.StatusCode);
        var page = await PageAsync(looked.Headers.Location!.ToString());
        Assert.Contains("3 pictures, 0 videos and 0 other files in 1 folder", page);
        Assert.Contains("Nothing was begun", page);
        Assert.Empty(await _console.Node.Catalogue.Imports.ListAsync(default));

        Assert.Equal("/sources#imports",
            (await PostAsync("begin", ("path", $"{_disk.FullName}/M31 & M32"), ("preset", "rms"))).Headers.Location!.ToString());
        await ProgressAsync(import => import with
        {
            Found = 40_000,
            FoundBytes = 1_000_000_000,
            Taken = 12_345,
            Known = 7,
            Refused = 1,
            DoneBytes = 309_000_000,
            Wait = ImportWait.Others,
        });
        page = await PageAsync("/sources");
        Assert.Contains("M31 & M32", page);
        Assert.Contains("12,353 of 40,000: 12,345 taken, 7 known already, 1 not taken; other frames go first.", page);
        Assert.Contains("309 MB of 1 GB", page);
        Assert.Contains("max=\"40000\" value=\"12353\"", page);

        var import = Assert.Single(await _console.Node.Catalogue.Imports.ListAsync(default));
        Assert.Equal("rms", import.Preset);
        await PostAsync($"{import.Id}/stop");
        Assert.Contains("stopped: 12,345 taken", await PageAsync("/sources"));

        Task<HttpResponseMessage> PostAsync(string verb, params (string Key, string Value)[] form) =>
            Client.PostAsync($"/sources/imports/{verb}", new FormUrlEncodedContent(
                [new("__RequestVerificationToken", token), .. form.Select(f => KeyValuePair.Create(f.Key, f.Value))]));
    }

    [Theory]
    [InlineData("look")]
    [InlineData("begin")]
    [InlineData("1/stop")]
    public async Task A_form_without_its_token_does_nothing(string verb)
    {
        await _console.Node.Catalogue.Imports.AskAsync("/media/usb", null, default);
        using var answer = await Client.PostAsync(
            $"/sources/imports/{verb}", new FormUrlEncodedContent([new("path", _disk.FullName)]));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(("/media/usb", ImportState.Open),
            Assert.Single((await _console.Node.Catalogue.Imports.ListAsync(default)).Select(i => (i.Path, i.State))));
    }

    [Fact]
    public async Task What_was_left_is_named_with_what_to_do()
    {
        var import = await _console.Node.Catalogue.Imports.AskAsync(_disk.FullName, null, default);
        await ProgressAsync(i => i with { Found = 4, Taken = 3, Left = 1 });
        await _console.Node.Catalogue.Intake.RefusedAsync(
            import.Source, Contracts.RawName.FromText("M31/image_0004.jpg"), new(RefusalCode.BeingWritten), 5, default);
        await _console.Node.Catalogue.Imports.EndAsync(import.Id, ImportState.Done, default);
        var page = await PageAsync("/sources");
        Assert.Contains("1 left, to which somebody was writing: import the folder again when that is over.", page);
        Assert.Contains("M31/image_0004.jpg", page);
        Assert.Contains("somebody was writing to it. Run the import again when that is over", page);
    }

    private async Task ProgressAsync(Func<ImportRecord, ImportRecord> how)
    {
        var import = Assert.Single(await _console.Node.Catalogue.Imports.ListAsync(default));
        Assert.True(await _console.Node.Catalogue.Imports.ProgressAsync(how(import), default));
    }

    private async Task<JsonArray> ListAsync() => JsonNode.Parse(await Client.GetStringAsync("/api/imports"))!.AsArray();

    private async Task<string> PageAsync(string address) => WebUtility.HtmlDecode(await Client.GetStringAsync(address));

    private async Task<string> TokenAsync() => FormTokenOf().Match(await Client.GetStringAsync("/sources")).Groups[1].Value;

    private static async Task<JsonNode> GoodAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormTokenOf();
}
