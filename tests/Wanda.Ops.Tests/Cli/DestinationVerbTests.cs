using System.Text.Json;
using System.Text.Json.Nodes;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops.Tests.Cli;

/// <summary>What an operator is told of destinations.</summary>
public sealed class DestinationVerbTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(_node.Options.Data, "wanda.json"), JsonSerializer.Serialize(new
        {
            data = _node.Options.Data,
            destinations = new[] { new { name = "altermundi", url = "https://pin.example.org", token = "t" } },
        }));
    }

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task Destinations_are_listed_with_why_they_wait_and_their_month()
    {
        _node.Catalogue.Destinations.AddSent("altermundi", UploadMonth.Of(TimeProvider.System), 2_500_000);
        await _node.Catalogue.Ledger.SettleAsync(default);
        await _node.Catalogue.Destinations.PauseAsync("altermundi", PauseCode.Outage, "503 Service Unavailable", null, default);
        var shown = (await RunAsync("destination", "ls")).Out;
        foreach (var words in new[] { "altermundi", "wanda", "503 Service Unavailable", "until you resume it", "always",
            "2.5 MB this month", "yes" })
        {
            Assert.Contains(words, shown);
        }

        var json = JsonNode.Parse((await RunAsync("destination", "ls", "--json")).Out)!;
        Assert.Equal(2_500_000, (long?)json[0]!["sentThisMonth"]);
    }

    [Fact]
    public async Task A_folder_is_prepared_before_anything_ran_there()
    {
        var folder = Directory.CreateTempSubdirectory("wanda-first-");
        try
        {
            var (data, nas) = (Path.Combine(folder.FullName, "data"), folder.CreateSubdirectory("nas").FullName);
            var configuration = Path.Combine(folder.FullName, "wanda.json");
            await File.WriteAllTextAsync(configuration, JsonSerializer.Serialize(new
            {
                data,
                destinations = new[] { new { name = "nas", kind = "folder", path = nas, failureDomain = "shelf" } },
            }));

            var ready = await WandaCommand.RunHereAsync("destination", "init", "nas", "--config", configuration);

            Assert.Equal((0, ""), (ready.Code, ready.Error));
            Assert.Contains("nas is ready", ready.Out, StringComparison.Ordinal);
            Assert.NotEmpty(Directory.GetFiles(nas));
            Assert.False(Directory.Exists(data)); // it is the node that makes that
            Assert.Equal(0, (await WandaCommand.RunHereAsync("destination", "init", "nas", "--config", configuration)).Code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Destinations_are_listed_with_their_machine_and_how_they_flush()
    {
        Assert.DoesNotContain("counts as", (await RunAsync("destination", "ls")).Out); // nobody looked yet
        await _node.Catalogue.Destinations.JudgedAsync(
            "altermundi", new MachineJudgement(Machine.Other, "runs on another kernel"), here: false, default);
        Assert.Contains("altermundi counts as another machine: it runs on another kernel.", (await RunAsync("destination", "ls")).Out);
        var frame = await _node.SaveAsync();
        await _node.AddCidAsync(frame);
        await _node.ProveAsync(frame, flushes: Flushes.ByUs);
        Assert.Contains("flushes: by us, file by file.", (await RunAsync("destination", "ls")).Out);
    }

    [Fact]
    public async Task Before_one_is_taken_out_it_is_said_how_many_frames_are_only_there()
    {
        for (var i = 0; i < 2; i++)
        {
            var frame = await _node.SaveAsync();
            await _node.AddCidAsync(frame);
            await _node.ProveAsync(frame);
            if (i == 0)
                await _node.ReleaseAsync(frame); // the other is here too
        }

        var shown = (await RunAsync("destination", "ls")).Out.ReplaceLineEndings(" ");
        Assert.Contains("1 frame freed here needs altermundi: before you take it out, empty it (\"drain\": true).", shown);
    }

    private Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) =>
        WandaCommand.RunHereAsync([.. arguments, "--data", _node.Options.Data]);
}
