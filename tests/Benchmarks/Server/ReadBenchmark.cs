using System.Diagnostics;
using System.Security.Cryptography;
using Wanda.PinningServer.Tests.Support;

namespace Benchmarks.Server;

/// <summary>
/// What it takes the pinning server to prove frames and to give them back, beside <c>cat | sha256sum</c> of the files that they lie in: 40
/// frames of 8 MB one after another, from the page cache, the three in turn.
/// </summary>
internal static class ReadBenchmark
{
    public const string Name = "server-read";

    private const int Frames = 40;
    private const int FrameBytes = 8_000_000;
    private const int Rounds = 5;
    private const string Node = "dome";

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await using var server = await ServerUnderTest.OursAsync([Node]);
        using var client = server.ClientOf(Node);
        var frames = new List<Frame>();
        var digests = new Dictionary<Frame, byte[]>();
        for (var n = 0; n < Frames; n++)
        {
            frames.Add(await Frame.MakeAsync(FrameBytes, seed: n));
            digests[frames[n]] = SHA256.HashData(frames[n].Content);
            using var sent = await client.PostAsync("/v0/car", Api.Car(await frames[n].CarAsync()), cancellationToken);
            sent.EnsureSuccessStatusCode();
        }

        var (proven, given, cat, cpu) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -1; round < Rounds; round++)
        {
            var before = server.Cpu;
            var proving = await TimeAsync(frames, frame => client.AskAsync(frame, listed: true));
            var used = server.Cpu - before;
            var giving = await TimeAsync(frames, frame => client.GetAsync($"/ipfs/{frame.Root}", cancellationToken), digests);
            var catting = await CatAsync(server.Blocks, cancellationToken);
            if (round < 0)
                continue; // warm
            proven.Add(proving);
            given.Add(giving);
            cat.Add(catting);
            cpu.Add(used);
        }

        const double megabytes = (double)Frames * FrameBytes / 1e6;
        var (conditions, peer) = ($"{Frames} frames of {FrameBytes / 1e6:0} MB, from the page cache, median of {Rounds}; processor time of "
            + $"the proofs {Measurement.Median(cpu):0.00} s", Measurement.Median(cat));
        foreach (var (what, seconds) in (ReadOnlySpan<(string, double)>)
            [("possession proven", Measurement.Median(proven)), ("frames given back and hashed", Measurement.Median(given))])
        {
            new Measurement(what, megabytes / seconds, "MB/s", $"cat | sha256sum: {megabytes / peer:0} MB/s", peer / seconds,
                server.PeakMb, conditions).WriteTo(output);
        }
    }

    private static async Task<double> TimeAsync(
        IEnumerable<Frame> frames, Func<Frame, Task<HttpResponseMessage>> ask, Dictionary<Frame, byte[]>? digests = null)
    {
        var begun = Stopwatch.GetTimestamp();
        foreach (var frame in frames)
        {
            using var answer = await ask(frame);
            answer.EnsureSuccessStatusCode();
            if (digests is null)
                continue;
            await using var body = await answer.Content.ReadAsStreamAsync();
            if (!(await SHA256.HashDataAsync(body)).AsSpan().SequenceEqual(digests[frame]))
                throw new InvalidOperationException($"{frame.Root} came back as other bytes.");
        }

        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task<double> CatAsync(string blocks, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        using var shell = Process.Start("sh", ["-c", "find \"$1\" -type f -exec cat {} + | sha256sum > /dev/null", "sh", blocks]);
        await shell.WaitForExitAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
