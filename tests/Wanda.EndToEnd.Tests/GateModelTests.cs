using System.Text.Json;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;

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

                await model.RestAsync(catalogue);
                if (done % 25 == 0 || done == operations)
                {
                    // As long as an unfinished name is waited for.
                    await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System);
                    await model.RestAsync(catalogue);
                    model.Check(await catalogue.Captures.NewestAsync(1_000_000, default),
                        await catalogue.Intake.RefusalsAsync(1_000_000, default), Path.Combine(data, "frames"));
                }
            }
        }
        catch (TimeoutException e)
        {
            var ended = node.HasExited ? "ended" : "ran";
            await node.KillAsync();
            var (_, said) = await node.EndAsync(TimeSpan.FromMinutes(1));
            throw new TimeoutException($"{e.Message} It {ended} and said: {said}\nAfter:\n{string.Join('\n', model.Done.TakeLast(20))}", e);
        }
        finally
        {
            await node.DisposeAsync();
        }
    });

    private static WandaProcess Start(string config) => WandaProcess.Start("up", "--role", "capture", "--config", config);
}

/// <summary>
/// Beside no other test: one that starts a process in the instant in which a file is written holds that file open for writing until the
/// process is there, and the watch waits for its end.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
