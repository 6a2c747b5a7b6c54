using System.Security.Cryptography;

namespace Wanda.Interop.Tests.App;

/// <summary>
/// A week of the WANDA app with a node beside it, and a server on another machine: sessions by their names and runs, JSON as what lies
/// beside, originals freed by proof, while node and server are killed at random. 2 kills a night in CI.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class WandaWeekTests : IAsyncLifetime
{
    private static readonly string[] Names =
    [
        "M31", "M31/Ha", " Orion Nebula ", "\u65b0\u661f \U0001F30C", "M31/Ha", "M31", "b c", new('n', 64), "Luna-3", "m31",
    ];

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
        for (var night = 0; night < 7; night++)
        {
            app.Now = evening.AddDays(night);
            await NightAsync(app, random);
        }

        await Eventually.HoldsAsync(
            () => Task.FromResult(!Pictures().Any() && _node.All().All(c => c.IsReleased || c.Kind == "Sidecar")),
            "everything to be freed", async () => $"{Pictures().Count()} there. {await _node.Http.GetStringAsync("/api/status")}",
            TimeSpan.FromSeconds(180));
        await AssertKeptAsync(app);
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

    private async Task AssertKeptAsync(WandaApp app)
    {
        var taken = _node.All();
        var frames = taken.Where(c => c.Kind == "Frame").ToList();
        // Nothing twice, nothing that nobody wrote.
        Assert.Equal(frames.Count, frames.Select(f => f.Sha256).Distinct().Count());
        Assert.Empty(frames.Select(f => f.Sha256).Except(app.Images.Select(i => i.Sha256)));
        Assert.All(taken.Where(c => c.Name.EndsWith(".json", StringComparison.Ordinal)), c => Assert.Equal("Sidecar", c.Kind));

        // What is not there was written over, and is told.
        var bySha = frames.ToDictionary(f => f.Sha256);
        var missing = app.Images.Where(i => !bySha.ContainsKey(i.Sha256)).ToList();
        Assert.All(missing, image => Assert.True(image.IsOverwritten, $"{image} is in no row, and was not written over"));
        Assert.True(_node.Missed() >= missing.Count, $"{missing.Count} were missed, and {_node.Missed()} are told");
        await Task.CompletedTask;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
