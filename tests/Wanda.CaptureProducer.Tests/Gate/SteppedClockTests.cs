using Wanda.CaptureProducer.Tests.Support;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Gate;

/// <summary>
/// Law 1 while somebody sets the clock, by days and by years, forth and back: the same model as with kill -9, in a process whose clock can
/// be set.
/// </summary>
[Trait("Rerun", "Never")]
[Collection(nameof(Alone))]
public sealed class SteppedClockTests : ProducerNode
{
    private const int Operations = 120;

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Watch = [new WatchOptions { Path = Watched, Name = "dome", Quiet = TimeSpan.Zero, QuietDoubtful = TimeSpan.FromSeconds(1) }],
    };

    [Fact]
    public Task Whatever_the_clock_says_everything_is_taken_or_refused_and_nothing_twice() => Seed.RunAsync(async random =>
    {
        var model = new FolderModel(Watched, random);
        for (var done = 1; done <= Operations; done++)
        {
            model.Step();
            if (random.Next(3) == 0)
            {
                var error = random.Next(3) * TimeSpan.FromHours(random.Next(-100_000, 100_000)); // eleven years; or it is right again
                model.Done.Add($"the clock is wrong by {error}");
                Time.SetWrongBy(error);
            }

            if (random.Next(20) == 0)
            {
                model.Done.Add("restart");
                await StopAsync();
                await StartAsync();
            }

            await model.RestAsync(Catalogue);
            if (done % 20 == 0)
            {
                // As long as an unfinished name is waited for.
                Time.Advance(TimeSpan.FromSeconds(2));
                await model.RestAsync(Catalogue);
                model.Check(await Catalogue.Captures.NewestAsync(10_000, default), await Catalogue.Intake.RefusalsAsync(10_000, default),
                    Root.Path);
            }
        }
    });

    public override async Task DisposeAsync()
    {
        await StopAsync();
        using var remove = System.Diagnostics.Process.Start("rm", ["-rf", Watched]); // .NET cannot name what is no text
        await remove.WaitForExitAsync();
        await base.DisposeAsync();
    }
}

/// <summary>
/// Beside no other test: one that starts a process in the instant in which a file is written holds that file open for writing until the
/// process is there, and the watch waits for its end.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
