using System.Text.Json;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.EndToEnd.Tests;

/// <summary>
/// Law 1 against a model: random names, rewrites, renames, links, pipes, sockets, devices, times of lying clocks, and kill -9 of the
/// process that watches. Every version at rest is taken once or refused with its reason. 300 operations in CI;
/// <c>gate-model.sh OPERATIONS [SEED]</c> for more.
/// </summary>
[Trait("Rerun", "Never"), Collection(nameof(Alone))]
public sealed class GateModelTests : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("wanda-gate-");

    public void Dispose()
    {
        using var remove = System.Diagnostics.Process.Start("rm", ["-rf", _temporary.FullName]); // .NET cannot name what is no text
        remove.WaitForExit();
    }

    [Fact]
    public Task What_is_done_to_a_watched_folder_is_taken_or_refused_and_nothing_twice() => Seed.RunAsync(async random =>
    {
        var operations = int.TryParse(Environment.GetEnvironmentVariable("GATE_OPERATIONS"), out var number) ? number : 300;
        var watched = _temporary.CreateSubdirectory("watched").FullName;
        var data = Path.Combine(_temporary.FullName, "data");
        var config = Path.Combine(_temporary.FullName, "wanda.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            data,
            watch = new[] { new { path = watched, name = "dome", quiet = "00:00:00", quietDoubtful = "00:00:01" } },
            storage = new { floor = "0" },
            clock = new { requireSync = false },
        }));
        await using var catalogue = await Catalogue.OpenAsync(
            Path.Combine(Directory.CreateDirectory(data).FullName, "catalogue.db"), TimeProvider.System, default);
        var model = new FolderModel(watched, random);
        var node = Start(config);
        try
        {
            for (var done = 1; done <= operations; done++)
            {
                model.Step();
                // While it takes what was just done, or has not even begun.
                if (random.Next(15) == 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(40)), TimeProvider.System);
                    await node.DisposeAsync();
                    model.Done.Add("kill -9");
                    node = Start(config);
                }

                await RestAsync(catalogue, watched);
                model.Rested();
                if (done % 25 == 0 || done == operations)
                {
                    // As long as an unfinished name is waited for.
                    await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System);
                    await RestAsync(catalogue, watched);
                    model.Check(await catalogue.Captures.NewestAsync(1_000_000, default),
                        await catalogue.Intake.RefusalsAsync(1_000_000, default), Path.Combine(data, "frames"));
                }
            }
        }
        catch (TimeoutException e)
        {
            var said = node.HasExited ? (await node.EndAsync(TimeSpan.Zero)).Output : "nothing: it runs";
            throw new TimeoutException($"{e.Message} It said: {said}\nAfter:\n{string.Join('\n', model.Done.TakeLast(20))}", e);
        }
        finally
        {
            await node.DisposeAsync();
        }
    });

    private static WandaProcess Start(string config) => WandaProcess.Start("up", "--role", "capture", "--config", config);

    /// <summary>
    /// A pipe is seen, and that it is gone is: what came before it is decided about. What could not be taken at once (another process has
    /// the catalogue at its start) is tried again before anything else is done to it.
    /// </summary>
    private static async Task RestAsync(Catalogue catalogue, string watched)
    {
        var marker = RawName.FromText("rest");
        Assert.True(RawFiles.TryMake(watched, marker.Bytes.Span, "pipe"));
        await Eventually.HoldsAsync(
            async () => (await catalogue.Intake.RefusedPathsAsync("dome", default)).Contains(marker), "the marker to be seen");
        File.Delete(Path.Combine(watched, marker.ToString()));
        await Eventually.HoldsAsync(async () => (await catalogue.Intake.RefusalsAsync(1_000_000, default)).All(
            r => !r.Path.Equals(marker) && !r.Reason.StartsWith("it could not be", StringComparison.Ordinal)
                && !r.Reason.StartsWith("it cannot be read", StringComparison.Ordinal)), "everything to be decided about");
    }
}

/// <summary>
/// Beside no other test: one that starts a process in the instant in which a file is written holds that file open for writing until the
/// process is there, and the watch waits for its end.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
