using System.Security.Cryptography;
using System.Text.Json;

namespace Wanda.Interop.Tests.App;

/// <summary>
/// A week of the WANDA app with a node beside it, and a server on another machine: sessions by their names and runs, JSON as what lies
/// beside, originals freed by proof, while node and server are killed at random.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class WandaWeekTests : IAsyncLifetime
{
    private static readonly string[] Names =
    [
        "M31", "M31/Ha", " Orion Nebula ", "\u65b0\u661f \U0001F30C", "M31/Ha", "M31", "b c", new('n', 64), "Luna-3", "m31",
    ];

    private const int MostFetches = 6; // each is a process of its own

    private readonly WeekNode _node = new();
    private OtherMachine? _machine;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        if (_machine is not null)
            await _machine.DisposeAsync();
    }

    [SkippableFact]
    public Task A_week_is_kept_by_its_names_and_emptied_by_proof() => Seed.RunAsync(async random =>
    {
        _machine = new OtherMachine();
        await _machine.StartAsync();
        _node.Configure(_machine.Server, _machine.Token);
        var evening = new DateTimeOffset(TimeProvider.System.GetUtcNow().Date.AddDays(-8).AddHours(21), TimeSpan.Zero);
        var app = new WandaApp(_node.Captures, random) { Now = evening };
        await app.StartAsync();
        _node.Start();
        // What is there before the folder is the node's to empty stays there.
        await Eventually.HoldsAsync(_node.RunsAsync, "the folder to be watched");
        for (var night = 0; night < 7; night++)
        {
            app.Now = evening.AddDays(night);
            await NightAsync(app, random);
        }

        await Eventually.HoldsAsync(
            () => Task.FromResult(!Pictures().Any() && _node.All().All(c => c.IsReleased || c.IsLost || c.Kind == "Sidecar")),
            "everything to be freed", async () => $"{Pictures().Count()} there. {await _node.Http.GetStringAsync("/api/status")}",
            TimeSpan.FromMinutes(5));
        await AssertKeptAsync(app);
        await Eventually.HoldsAsync(() => Task.FromResult(Unlisted().Count == 0), "each folder to keep its CIDs",
            () => Task.FromResult(string.Join('\n', Unlisted())), TimeSpan.FromMinutes(2));
        Assert.All(Directory.EnumerateFiles(_node.Captures, "*", SearchOption.AllDirectories), file =>
            Assert.True(Path.GetFileName(file) is "session_metadata.json" or "session_config.json" or "metadata.json", file));
    });

    private async Task NightAsync(WandaApp app, Random random)
    {
        for (var runs = random.Next(1, 4); runs > 0; runs--)
        {
            for (var singles = random.Next(3); singles > 0; singles--)
            {
                await app.CaptureAsync();
                await PassAsync(app, random);
            }

            var session = await app.StartSessionAsync(Names[random.Next(Names.Length)], random.Next(2, 6));
            while (session.Status == "running")
            {
                await PassAsync(app, random);
                await app.TakeAsync(session, fails: random.Next(12) == 0);
                if (session.Status == "running" && random.Next(10) == 0)
                    await app.StopAsync(session);
                else if (random.Next(15) == 0)
                    break; // the app died
            }

            app.Now += TimeSpan.FromMinutes(random.Next(1, 60));
            await KillAsync(random);
        }
    }

    private static async Task PassAsync(WandaApp app, Random random)
    {
        app.Now += TimeSpan.FromSeconds(random.Next(2, 90));
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 500)), TimeProvider.System);
    }

    private async Task KillAsync(Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                await _machine!.RestartServerAsync();
                break;
            case 1 or 2:
                await _node.RestartAsync();
                break;
        }
    }

    private IEnumerable<string> Pictures() => Directory.EnumerateFiles(_node.Captures, "*.jpg", SearchOption.AllDirectories);

    /// <summary>Pictures of sessions whose CID does not stand in their folder.</summary>
    private List<string> Unlisted() => [.. _node.All().Where(c => c is { Kind: "Frame", Folder: not null, IsLost: false }).Where(c =>
        Path.Combine(_node.Captures, c.Folder!, "metadata.json") is var list
            && !(File.Exists(list) && File.ReadAllText(list).Contains($"\"{c.Cid}\"", StringComparison.Ordinal))).Select(c => $"{c}")];

    private async Task AssertKeptAsync(WandaApp app)
    {
        var taken = _node.All();
        var frames = taken.Where(c => c.Kind == "Frame").ToList();
        // Nothing twice, nothing that nobody wrote.
        Assert.Equal(frames.Count, frames.Select(f => f.Sha256).Distinct().Count());
        Assert.Empty(frames.Select(f => f.Sha256).Except(app.Images.Select(i => i.Sha256)));
        Assert.All(taken.Where(c => c.Name.EndsWith(".json", StringComparison.Ordinal)), c => Assert.Equal("Sidecar", c.Kind));

        // What lay in place, and was written over while nothing guarded it, is told as lost; nothing else is.
        var lost = frames.Where(f => f.IsLost).ToDictionary(f => f.Sha256);
        Assert.All(app.Images.Where(i => lost.ContainsKey(i.Sha256)), image => Assert.True(
            image.Overwritten is { } over && _node.WasAway(image.Written, over), $"{image} is lost, and the node was there to guard it"));

        // What is not there was written over, and is told.
        var bySha = frames.Where(f => !f.IsLost).ToDictionary(f => f.Sha256);
        var missing = app.Images.Where(i => !bySha.ContainsKey(i.Sha256) && !lost.ContainsKey(i.Sha256)).ToList();
        Assert.All(missing, image => Assert.True(image.Overwritten is not null, $"{image} is in no row, and was not written over"));
        // But for what was there and gone while the node was not: nobody could have seen that.
        var seen = missing.Count(image => !_node.WasAway(image.Written, image.Overwritten!.Value));
        Assert.True(_node.Missed() >= seen, $"{seen} of {missing.Count} could have been seen, and {_node.Missed()} are told");
        await AssertListedAsync(app, bySha);
        await AssertSessionsAsync(app, bySha, lost.Values.Select(f => f.Session).ToHashSet());
    }

    /// <summary>The page's list has every name, freed or not, and each name gives its newest version.</summary>
    private async Task AssertListedAsync(WandaApp app, IReadOnlyDictionary<string, WeekCapture> bySha)
    {
        foreach (var folder in app.Images.GroupBy(i => i.Folder))
        {
            var list = await ReadAsync($"/api/captures?folder={Uri.EscapeDataString(folder.Key)}");
            var names = list.GetProperty("data").GetProperty("files").EnumerateArray().Select(f => f.GetString()!).ToHashSet();
            foreach (var name in folder.Where(i => bySha.ContainsKey(i.Sha256)).GroupBy(i => i.Name))
            {
                Assert.Contains(name.Key, names);
                var newest = name.Last();
                var bytes = await _node.Http.GetByteArrayAsync($"/captures/{Uri.EscapeDataString(newest.Path)}");
                Assert.Equal(newest.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            }
        }
    }

    /// <summary>Each run is a session that is called as its user called it, and gives back every version that it had.</summary>
    private async Task AssertSessionsAsync(WandaApp app, IReadOnlyDictionary<string, WeekCapture> bySha, HashSet<string> maimed)
    {
        var fetches = MostFetches;
        var labels = (await ReadAsync("/api/sessions?limit=200")).EnumerateArray().ToDictionary(
            s => s.GetProperty("name").GetString()!, s => s.GetProperty("label").GetString()!);
        foreach (var run in app.Images.Where(i => i.Started is not null && bySha.ContainsKey(i.Sha256)).GroupBy(i => (i.Folder, i.Started)))
        {
            var session = Assert.Single(run.Select(i => bySha[i.Sha256].Session).Distinct());
            Assert.Equal(run.Key.Folder, labels[session]);
            if (maimed.Contains(session) || fetches-- <= 0)
                continue;
            var folder = Directory.CreateTempSubdirectory("wanda-fetched-");
            try
            {
                await _node.RunAsync("session", "fetch", session, folder.FullName);
                var fetched = folder.EnumerateFiles("*.jpg", SearchOption.AllDirectories)
                    .Select(file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName)))).ToHashSet();
                Assert.Superset(run.Select(i => i.Sha256).ToHashSet(), fetched);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private async Task<JsonElement> ReadAsync(string path) => JsonDocument.Parse(await _node.Http.GetStringAsync(path)).RootElement;
}
