using System.Diagnostics;
using System.Text.Json;
using Wanda.Imaging;
using Wanda.Imaging.Fits;

namespace Benchmarks.Imaging;

/// <summary>
/// Thumbnails of a 61 megapixel frame against the least that can be done with its bytes: reading the file from the page cache once, and
/// copying it once in memory.
/// </summary>
internal static class ThumbnailBenchmark
{
    public const string Name = "thumbnail";

    private const int Width = 9576, Height = 6388;
    private const int Rounds = 15;

    /// <summary>Writes one JSON object a line: measure, value, unit, peer, ratio, memory_mb, conditions.</summary>
    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken = default)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-thumbnail-").FullName;
        try
        {
            var (mono, bayer, thumbnail) = (Path.Combine(folder, "mono.fits"), Path.Combine(folder, "bayer.fits"),
                Path.Combine(folder, "thumbnail.jpg"));
            await WriteFrameAsync(mono, new FitsHeader(), cancellationToken);
            await WriteFrameAsync(bayer, new FitsHeader().Add("BAYERPAT", "RGGB").Add("ROWORDER", "TOP-DOWN"), cancellationToken);
            var maker = new ThumbnailMaker();
            var before = Process.GetCurrentProcess().PeakWorkingSet64;
            var monoTime = await MedianAsync(() => maker.MakeAsync(mono, thumbnail, cancellationToken));
            var bayerTime = await MedianAsync(() => maker.MakeAsync(bayer, thumbnail, cancellationToken));
            var memory = (Process.GetCurrentProcess().PeakWorkingSet64 - before) / 1e6;

            var frame = await File.ReadAllBytesAsync(mono, cancellationToken);
            var copy = new byte[frame.Length];
            var read = await MedianAsync(() => ReadAsync(mono, copy, cancellationToken));
            var memcpy = await MedianAsync(() =>
            {
                frame.CopyTo(copy.AsSpan());
                return Task.CompletedTask;
            });
            var conditions = $"{Width}x{Height} 16 bit, page cache warm, {new ThumbnailOptions().Parallelism} threads, median of {Rounds}, "
                + "written and fsynced";
            Report(output, "thumbnail of a 61 MP monochrome frame", monoTime, $"read and memcpy, {read + memcpy:0.0} ms",
                monoTime / (read + memcpy), memory, conditions);
            Report(output, "thumbnail of a 61 MP Bayer frame", bayerTime, $"read and memcpy, {read + memcpy:0.0} ms",
                bayerTime / (read + memcpy), memory, conditions);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Report(
        TextWriter output, string measure, double value, string peer, double ratio, double memory, string conditions) =>
        output.WriteLine(JsonSerializer.Serialize(new
        {
            measure,
            value = Math.Round(value, 1),
            unit = "ms",
            peer,
            ratio = Math.Round(ratio, 2),
            memory_mb = Math.Round(memory, 1),
            conditions,
        }));

    private static async Task<double> MedianAsync(Func<Task> work)
    {
        await work();
        var times = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await work();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[Rounds / 2];
    }

    private static async Task ReadAsync(string path, byte[] buffer, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await stream.ReadExactlyAsync(buffer, cancellationToken);
    }

    // A sky with a gradient and noise: a histogram of equal pixels would flatter.
    private static async Task WriteFrameAsync(string path, FitsHeader cards, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        var writer = await FitsWriter.StartAsync(stream, Width, Height, cards, cancellationToken);
        var random = new Random(1);
        var row = new ushort[Width];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
                row[x] = (ushort)(1200 + x / 40 + random.Next(64) + random.Next(64) + random.Next(64));
            await writer.WriteAsync(row, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }
}
