using System.Text.Json.Nodes;
using Wanda.Catalog;

namespace Wanda.Ops.Tests.Cli;

/// <summary>What an operator is told of a folder before its files are taken, and how an import is asked for.</summary>
public sealed class WatchVerbTests : IAsyncLifetime
{
    private static readonly byte[] Jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xd9];

    private readonly DirectoryInfo _captures = Directory.CreateTempSubdirectory("wanda-captures-");
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.CreateAsync();
        _captures.CreateSubdirectory("M31");
        await File.WriteAllTextAsync(Path.Combine(_captures.FullName, "session_config.json"), "{}");
        for (var i = 1; i <= 3; i++)
            await File.WriteAllBytesAsync(Path.Combine(_captures.FullName, "M31", $"image_{i:0000}.jpg"), Jpeg);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _captures.Delete(recursive: true);
    }

    [Fact]
    public async Task A_folder_is_looked_into_and_how_it_is_watched_proposed()
    {
        var (code, output, error) = await WandaCommand.RunHereAsync("watch", "add", _captures.FullName);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("is watched as preset \"wanda-app\"", output);
        Assert.Contains("3 pictures, 0 videos and 1 other file in 2 folders", output);
        Assert.Contains("3 pictures read whole: none is cut off.", output);
        Assert.Contains("Nothing is ever removed from there", output);
        Assert.Contains($$"""{ "path": "{{_captures.FullName}}", "preset": "wanda-app" }""", output);
    }

    [Fact]
    public async Task Before_it_is_adopted_it_is_said_what_would_ever_be_removed()
    {
        var (_, output, _) = await WandaCommand.RunHereAsync("watch", "add", _captures.FullName, "--adopt", "--preset", "nina");
        Assert.Contains("A frame that comes from now on is removed from there once it is proven elsewhere and released", output);
        Assert.Contains("the 3 files of now (30 B) would only be with \"adoptExisting\": true", output);
        Assert.Contains("\"preset\": \"nina\", \"take\": \"adopt\" }", output);
    }

    [Theory]
    [InlineData("is no preset", "watch", "add", "/tmp", "--preset", "flask")]
    [InlineData("cannot be looked into", "watch", "add", "/none/such")]
    public async Task What_cannot_be_is_said(string said, params string[] arguments)
    {
        var (code, _, error) = await WandaCommand.RunHereAsync(arguments);
        Assert.Equal(1, code);
        Assert.Contains(said, error);
    }

    [Fact]
    public async Task An_import_is_tried_asked_for_listed_and_stopped()
    {
        var (code, dry, _) = await ImportAsync(_captures.FullName, "--dry-run");
        Assert.Equal(0, code);
        Assert.Contains("3 pictures", dry);
        Assert.Empty(await _node.Catalogue.Imports.ListAsync(default));

        Assert.Contains("is asked for", (await ImportAsync(_captures.FullName)).Out);
        var asked = Assert.Single(await _node.Catalogue.Imports.ListAsync(default));
        Assert.Equal((_captures.FullName, "wanda-app", ImportState.Open), (asked.Path, asked.Preset, asked.State));
        Assert.Contains("begins when the node runs", (await ImportAsync()).Out);
        var listed = JsonNode.Parse((await ImportAsync("--json")).Out)!.AsArray();
        Assert.Equal(_captures.FullName, (string)Assert.Single(listed)!["path"]!);

        Assert.Equal(0, (await ImportAsync("--stop", $"{asked.Id}")).Code);
        Assert.Contains("stopped: 0 taken", (await ImportAsync()).Out);
        var (again, _, error) = await ImportAsync("--stop", $"{asked.Id}");
        Assert.Equal(1, again);
        Assert.Contains($"No import {asked.Id} is open", error);
    }

    [Theory]
    [InlineData(ImportWait.Others, "other frames go first", false)]
    [InlineData(ImportWait.Queues, "what was taken is being added and sent", false)]
    [InlineData(ImportWait.Room, "waits for room", true)]
    [InlineData(ImportWait.Folder, "its folder cannot be read (it is not there): mount it", true)]
    [InlineData(ImportWait.Writers, "waits for files that somebody is writing to", false)]
    public async Task What_it_waits_for_is_said(ImportWait wait, string said, bool needsSomebody)
    {
        var import = await _node.Catalogue.Imports.AskAsync("/media/usb", null, default);
        await _node.Catalogue.Imports.ProgressAsync(
            import with { Found = 40_000, Taken = 12_345, Known = 7, Refused = 1, Wait = wait, Detail = "it is not there." }, default);
        var view = Assert.Single(await _node.Get<ImportCommand>().ListAsync(default));
        Assert.StartsWith("12,353 of 40,000: 12,345 taken, 7 known already, 1 not taken; ", view.How);
        Assert.Contains(said, view.How);
        Assert.Equal(needsSomebody, view.NeedsSomebody);
    }

    private Task<(int Code, string Out, string Error)> ImportAsync(params string[] arguments) => WandaCommand.RunHereAsync(
        ["import", .. arguments, "--data", Path.GetDirectoryName(_node.Catalogue.Path)!]);
}
