using FsCheck.Fluent;

namespace MassTransit.SqlTransport.Sqlite.Tests.Model;

/// <summary>
/// The queue against a model, in random interleavings with restarts, crashes and clocks that are set: each step must answer what the model
/// answers. So every acknowledged message is delivered, in priority and line order, never while somebody holds it and never after it was
/// finished.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class Model_Specs
{
    [Fact]
    public void A_queue_does_what_its_model_does()
    {
        var full = Environment.GetEnvironmentVariable("TEST_LONG") is not null;
        var runs = full ? 500 : 4;
        Prop.ForAll(Step.Sequences(most: 150, shrink: full), steps => Task.Run(() => RunAsync(steps)).GetAwaiter().GetResult())
            .MustHold(runs);
    }

    private static async Task RunAsync(Step[] steps)
    {
        using var run = new ModelRun();
        await run.StartAsync();
        foreach (var step in steps)
            await run.TakeAsync(step);
        await run.DrainAsync();
    }
}
