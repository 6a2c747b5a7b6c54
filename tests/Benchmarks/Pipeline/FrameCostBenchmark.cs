namespace Benchmarks.Pipeline;

/// <summary>
/// What one frame costs the node, counted and not timed, so that a busy machine changes little: 20 frames, one a second, the first start
/// and an archive every 3 s included, one destination, a line that holds.
/// </summary>
internal static class FrameCostBenchmark
{
    public const string Name = "frame-cost";

    private const int Frames = 20;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (!SystemCalls.IsInstalled || !HashCounter.IsPossible)
            throw new InvalidOperationException("frame-cost needs strace and a C compiler: apt install strace gcc libc6-dev.");
        await using var night = await DemoNight.StartAsync("1280x1024", Frames, 1, DemoNight.Counting.All, cancellationToken);
        var catalogue = await night.SettledAsync(cancellationToken);
        var captured = (await catalogue.Captures.NewestAsync(Frames, cancellationToken)).Sum(c => (double)c.SizeBytes);
        var hashed = await night.HashedBytesAsync(cancellationToken);
        var (figures, (node, server)) = (night.Node, await night.CallsAsync());
        var messages = night.Messages();
        var conditions = $"{Frames} frames of {captured / Frames / 1e6:0.0} MB, one a second, with archives every 3 s and names, counted "
            + "from the first start on; under strace";
        foreach (var (log, commits) in node.CommitsOf)
            Report($"commits of {log} per frame", (double)commits / Frames, "commits");
        Report("fsyncs of the node per frame", (double)node.Syncs / Frames, "calls");
        Report("fsyncs of the server per frame", (double)server.Syncs / Frames, "calls");
        Report("whole reads of a frame after saving", node.FrameBytesRead / captured, "reads");
        Report("SHA-256 passes over a frame, that of saving included", hashed / captured, "passes");
        Report("messages per frame", (double)messages.Sum(m => m.Messages) / Frames, "messages");
        Report("bytes written beside a frame", (figures.WrittenBytes - night.ReserveBytes - captured) / Frames / 1024, "KiB");
        foreach (var (what, syncs) in node.SyncsOf)
            Report($"of its fsyncs: {what}", (double)syncs / Frames, "calls");
        foreach (var (queue, count) in messages)
            Report($"of its messages: {queue}", (double)count / Frames, "messages");

        void Report(string measure, double value, string unit) =>
            new Measurement(measure, value, unit, null, null, null, conditions).WriteTo(output);
    }
}
