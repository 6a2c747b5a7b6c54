using Wanda.Catalog;

namespace Benchmarks.Pipeline;

/// <summary>
/// A short night of <c>wanda demo</c>, the whole node in one process and the pinning server in another: how long a frame waits for its
/// proof, and what a byte captured costs in bytes written, read and sent. The least possible is 1 written on each side and 1 sent.
/// </summary>
internal static class PipelineBenchmark
{
    public const string Name = "pipeline";

    private static readonly (string Size, int Frames, int IntervalSeconds)[] Nights = [("1280x1024", 60, 1),
        ("4000x2920", 10, 2), ("9576x6388", 6, 4)];

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        foreach (var (size, frames, interval) in Nights)
        {
            await using var night = await DemoNight.StartAsync(size, frames, interval, DemoNight.Counting.Nothing, cancellationToken);
            var catalogue = await night.SettledAsync(cancellationToken);
            var (node, server) = (night.Node, night.Server);
            var captured = (await catalogue.Captures.NewestAsync(frames, cancellationToken)).Sum(c => (double)c.SizeBytes);
            var written = (double)(node.WrittenBytes - night.ReserveBytes);
            var sent = await night.UploadedBytesAsync(cancellationToken);
            var waits = await WaitsAsync(catalogue, cancellationToken);
            var pixels = size.Split('x').Select(double.Parse).Aggregate((a, b) => a * b) / 1e6;
            var conditions = $"{frames} frames of {pixels:0.0} MP, 16 bit, {captured / frames / 1e6:0.0} MB each, one every {interval} s; "
                + $"without the reserve of {night.ReserveBytes / 1e6:0} MB";
            var (nodeMb, serverMb) = (node.PeakBytes / 1e6, server.PeakBytes / 1e6);
            var parts = await FrameParts.SecondsAsync((int)(captured / frames), cancellationToken);
            new Measurement("saved to proven, median", waits[waits.Count / 2], "s", $"CID, upload and proof by themselves {parts:0.000}",
                waits[waits.Count / 2] / parts, nodeMb, conditions).WriteTo(output);
            Report("saved to proven, longest", waits[^1], "s", null, nodeMb);
            Report("node: bytes written per byte captured", written / captured, "x", 1, nodeMb);
            Report("node: bytes read per byte captured", node.ReadBytes / captured, "x", 1, nodeMb);
            Report("node: written beside the frames, per frame", (written - captured) / frames / 1024, "KiB", null, nodeMb);
            Report("server: bytes written per byte captured", server.WrittenBytes / captured, "x", 1, serverMb);
            Report("bytes sent per byte captured", sent / captured, "x", 1, serverMb);

            void Report(string measure, double value, string unit, double? least, double memory) =>
                new Measurement(measure, value, unit, least is null ? null : $"{least}, the least possible", value / least, memory,
                    conditions).WriteTo(output);
        }

        await CountSyncsAsync(output, cancellationToken);
    }

    /// <summary>A night of its own, because whoever counts system calls slows them down.</summary>
    private static async Task CountSyncsAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (!SystemCalls.IsInstalled)
            return;
        const int frames = 20;
        await using var night = await DemoNight.StartAsync("1280x1024", frames, 1, DemoNight.Counting.Syncs, cancellationToken);
        await night.SettledAsync(cancellationToken);
        var (node, server) = await night.CallsAsync();
        var conditions = $"{frames} frames of 1.3 MP, one a second, with archives every 3 s and names; under strace";
        Report("node: fsyncs per frame", node, night.Node);
        Report("server: fsyncs per frame", server, night.Server);

        void Report(string measure, SystemCalls.Counts counts, ProcessFigures figures) => new Measurement(
            measure, (double)counts.Syncs / frames, "calls", null, null, figures.PeakBytes / 1e6, conditions).WriteTo(output);
    }

    private static async Task<List<double>> WaitsAsync(Catalogue catalogue, CancellationToken cancellationToken)
    {
        var events = await catalogue.Events.AfterAsync(0, 100_000, cancellationToken);
        var proven = events.Where(e => e.Kind == EventKind.Proven).ToLookup(e => e.Subject, e => e.At);
        return [.. events.Where(e => e.Kind == EventKind.Saved).Select(e => (proven[e.Subject].Min() - e.At).TotalSeconds).Order()];
    }
}
