using Benchmarks.Pipeline;
using Benchmarks.Queue;
using Wanda.Catalog;

namespace Benchmarks.Card;

/// <summary>
/// What a card is made to write: sectors and flushes of a loop device, file system included, for a message and a catalogue's write that
/// come alone, for many messages, and for the frames of a short night with all their databases.
/// </summary>
internal static class CardBenchmark
{
    // Longer than the file system's own commit every 5 s, and the log's rest after 2 s: each one pays for all of it.
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        using var card = new LoopCard();
        Environment.SetEnvironmentVariable("TMPDIR", card.Folder);
        await QueueAsync("message alone", 6, Alone, 1);
        await QueueAsync("message of many", 4000, TimeSpan.Zero, 8);
        await CatalogueAsync(6);
        await NightAsync(12);

        async Task QueueAsync(string name, int messages, TimeSpan between, int atOnce)
        {
            var path = Path.Combine(card.Folder, $"{name}.db");
            var countdown = new Countdown(messages + 1);
            await using var host = await QueueHost.StartAsync(path, 100, _ => countdown.CountAsync());
            await host.PublishAsync(1);
            await Task.Delay(Alone, TimeProvider.System, cancellationToken);
            var before = card.Written();
            if (between == TimeSpan.Zero)
                await host.PublishAsync(messages, atOnce);
            else
                await PacedAsync(messages, () => host.PublishAsync(1));
            await countdown.Done;
            await Task.Delay(Alone, TimeProvider.System, cancellationToken);
            Report(name, before, messages);
        }

        async Task CatalogueAsync(int writes)
        {
            await using var catalogue = await Catalogue.OpenAsync(Path.Combine(card.Folder, "catalogue.db"),
                TimeProvider.System, cancellationToken);
            await catalogue.Node.SetDrainingAsync(true, cancellationToken);
            await Task.Delay(Alone, TimeProvider.System, cancellationToken);
            var before = card.Written();
            var on = true;
            await PacedAsync(writes, () => catalogue.Node.SetDrainingAsync(on = !on, cancellationToken));
            Report("catalogue's write alone", before, writes);
        }

        async Task NightAsync(int frames)
        {
            await using var night = await DemoNight.StartAsync("640x480", frames, 4, DemoNight.Counting.Nothing, cancellationToken);
            var before = card.Written();
            await night.SettledAsync(cancellationToken);
            Report("frame of a night, node and server", before, frames);
        }

        async Task PacedAsync(int count, Func<Task> work)
        {
            for (var n = 0; n < count; n++)
            {
                await work();
                await Task.Delay(Alone, TimeProvider.System, cancellationToken);
            }
        }

        void Report(string name, (long Sectors, long Flushes) before, int count)
        {
            var after = card.Written();
            var conditions = $"{count} of them, ext4 on a loop device";
            new Measurement($"sectors, {name}", (double)(after.Sectors - before.Sectors) / count, "of 512 bytes", null, null, null,
                conditions).WriteTo(output);
            new Measurement($"flushes, {name}", (double)(after.Flushes - before.Flushes) / count, "flushes", null, null, null, conditions)
                .WriteTo(output);
        }
    }
}
