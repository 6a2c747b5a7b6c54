using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Wanda.Ipfs;

namespace Benchmarks.Server;

/// <summary>
/// What it costs the pinning server to take frames, beside tusd, which neither hashes nor flushes: 338 MB in 120 CARs by 4 clients, warm,
/// the two in turn.
/// </summary>
internal static class UploadBenchmark
{
    public const string Name = "server-upload";

    private const int Cars = 120;
    private const int Clients = 4;
    private const int FrameBytes = 2_816_000;
    private const int Rounds = 5;

    // After one the runtime still compiles what it found to be used much, and most of the store's folders are still to be made.
    private const int Warm = 3;
    private const string Node = "dome";

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await using var ours = await ServerUnderTest.OursAsync([Node]);
        await using var tusd = await ServerUnderTest.TusdAsync();
        var (pace, peerPace, cpu, peerCpu, hash) =
            (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -Warm; round < Rounds; round++)
        {
            // Other bytes each time: what is here already would be another thing.
            var cars = await CarsAsync(round, cancellationToken);
            var bytes = cars.Sum(c => (double)c.Length);
            var (seconds, used) = await SendAsync(ours, cars, (client, car) => OursAsync(client, car, cancellationToken));
            var (peerSeconds, peerUsed) = tusd is null ? default
                : await SendAsync(tusd, cars, (client, car) => TusdAsync(client, car, cancellationToken));
            if (round < 0)
                continue;
            pace.Add(bytes / seconds / 1e6);
            cpu.Add(used);
            hash.Add(HashSeconds(cars));
            if (tusd is null)
                continue;
            peerPace.Add(bytes / peerSeconds / 1e6);
            peerCpu.Add(peerUsed);
        }

        var conditions = $"{Cars} CARs of a frame of {FrameBytes / 1e6:0.0} MB, {Clients} clients in one process beside it, after {Warm} "
            + $"rounds of it; median of {Rounds}";
        var (ourPace, ourCpu) = (Measurement.Median(pace), Measurement.Median(cpu));
        double? peerPaces = tusd is null ? null : Measurement.Median(peerPace);
        double? peerCpus = tusd is null ? null : Measurement.Median(peerCpu) + Measurement.Median(hash);
        new Measurement("frames taken, verified and flushed", ourPace, "MB/s", $"tusd 2.9, neither: {peerPaces:0} MB/s",
            ourPace / peerPaces, ours.PeakMb, conditions).WriteTo(output);
        new Measurement("processor time of the server for it", ourCpu, "s", $"tusd and one SHA-256: {peerCpus:0.00} s",
            ourCpu / peerCpus, ours.PeakMb, conditions).WriteTo(output);
    }

    private static async Task<(double Seconds, double Cpu)> SendAsync(
        ServerUnderTest server, byte[][] cars, Func<HttpClient, byte[], Task> send)
    {
        using var client = server.ClientOf(Node);
        var (cpu, begun) = (server.Cpu, Stopwatch.GetTimestamp());
        await Parallel.ForEachAsync(cars, new ParallelOptions { MaxDegreeOfParallelism = Clients },
            async (car, _) => await send(client, car));
        return (Stopwatch.GetElapsedTime(begun).TotalSeconds, server.Cpu - cpu);
    }

    private static async Task OursAsync(HttpClient client, byte[] car, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(car);
        using var answer = await client.PostAsync("/v0/car", content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task TusdAsync(HttpClient client, byte[] car, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files/")
        {
            Content = new ByteArrayContent(car) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } },
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", $"{car.Length}" } },
        };
        using var answer = await client.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private static double HashSeconds(byte[][] cars)
    {
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        var before = process.TotalProcessorTime;
        foreach (var car in cars)
            SHA256.HashData(car);
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }

    private static async Task<byte[][]> CarsAsync(int round, CancellationToken cancellationToken)
    {
        var cars = new byte[Cars][];
        for (var i = 0; i < Cars; i++)
        {
            var frame = new byte[FrameBytes];
            new Random((1000 * (round + Warm)) + i).NextBytes(frame);
            var blocks = new Collected();
            var file = await new UnixFsImporter(UnixFsProfile.UnixFsV1_2025)
                .ImportAsync(new MemoryStream(frame), blocks, cancellationToken);
            var car = new MemoryStream();
            await CarWriter.WriteAsync(car, [file.Root], blocks.All.AsEnumerable().Reverse().ToAsyncEnumerable(), cancellationToken);
            cars[i] = car.ToArray();
        }

        return cars;
    }

    private sealed class Collected : IDagSink
    {
        public List<Block> All { get; } = [];

        public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
            NodeAsync(block, cancellationToken);

        public ValueTask NodeAsync(Block block, CancellationToken cancellationToken)
        {
            All.Add(Block.Verify(block.Cid, block.Data.ToArray()));
            return ValueTask.CompletedTask;
        }
    }
}
