using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;

namespace Benchmarks.Pipeline;

/// <summary>
/// How long a new frame waits from rest until it is a capture, while twenty thousand old ones are being taken: from the watched folder
/// itself, and by an import. It is renamed into place, and so at rest at once.
/// </summary>
internal static class NewFrameBenchmark
{
    public const string Name = "new-frame";

    private const int Old = 20_000;
    private const int Samples = 30;
    private const double Limit = 2000; // ms, as the design says

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await RunAsync(output, "nothing else to do", Where.Nowhere, cancellationToken);
        await RunAsync(output, "20,000 old frames in the same folder", Where.Watched, cancellationToken);
        await RunAsync(output, "an import of 20,000 old frames", Where.Imported, cancellationToken);
    }

    private enum Where
    {
        Nowhere,
        Watched,
        Imported,
    }

    private static async Task RunAsync(TextWriter output, string beside, Where where, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-new-frame-").FullName;
        try
        {
            var watched = Directory.CreateDirectory(Path.Combine(folder, "watched")).FullName;
            var old = where == Where.Watched ? watched : Directory.CreateDirectory(Path.Combine(folder, "old")).FullName;
            for (var i = 0; where != Where.Nowhere && i < Old; i++)
                await File.WriteAllBytesAsync(Path.Combine(old, $"old{i:00000}.jpg"), Jpeg($"old {i}"), cancellationToken);
            await using var node = await NodeProcess.StartAsync(folder, new()
            {
                ["watch"] = new[] { new { path = watched, name = "dome" } },
                ["storage"] = new { floor = "0" },
                ["release"] = new { lowWater = "0" },
            }, cancellationToken);
            if (where == Where.Imported)
            {
                using var asked = await node.Http.PostAsJsonAsync("/api/imports", new { path = old }, cancellationToken);
                asked.EnsureSuccessStatusCode();
            }

            if (where != Where.Nowhere)
                await NodeProcess.UntilAsync(() => Task.FromResult(Taken() > 100), cancellationToken);
            var (waits, first) = (new List<double>(), Taken());
            for (var n = 0; n < Samples; n++)
            {
                // At any place of the watch's rounds of a second.
                await Task.Delay(TimeSpan.FromMilliseconds(400 + (n * 370 % 1000)), TimeProvider.System, cancellationToken);
                waits.Add(await WaitAsync($"new{n}.jpg"));
            }

            var conditions = $"{beside}; {Samples} frames of some bytes, " + (where == Where.Nowhere
                ? "a second apart"
                : $"meanwhile {Taken() - first:N0} old ones taken, {Old - Taken():N0} still to take");
            foreach (var (name, part) in new[] { ("p50", 0.5), ("p95", 0.95) })
            {
                var wait = Measurement.Percentile(waits, part);
                new Measurement($"a new frame from rest to taken, {name}", wait, "ms", "limit 2,000 ms", wait / Limit, null, conditions)
                    .WriteTo(output);
            }

            long Taken() => node.Count("SELECT count(*) FROM captures WHERE file_name LIKE 'old%'");

            async Task<double> WaitAsync(string name)
            {
                var apart = Path.Combine(folder, name);
                await File.WriteAllBytesAsync(apart, Jpeg(name), cancellationToken);
                File.Move(apart, Path.Combine(watched, name));
                var began = Stopwatch.GetTimestamp();
                await NodeProcess.UntilAsync(
                    () => Task.FromResult(node.Count("SELECT count(*) FROM captures WHERE file_name = @name", new { name }) == 1),
                    cancellationToken, TimeSpan.FromMilliseconds(5));
                return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Jpeg(string text) => [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, .. Encoding.ASCII.GetBytes(text), 0xff, 0xd9];
}
