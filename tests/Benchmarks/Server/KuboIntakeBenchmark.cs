using System.Diagnostics;
using Benchmarks.Ipfs;
using Wanda.Ipfs;

namespace Benchmarks.Server;

/// <summary>
/// What it costs to believe a Kubo nothing: 265 MB in 50 frames into a stock one by four clients, with each block read back and without, in
/// turn; and the same through the pinning server over it, which flushes for it, by four clients and by one: as it is, believing the Kubo,
/// and with its own store.
/// </summary>
internal static class KuboIntakeBenchmark
{
    public const string Name = "server-kubo";

    private const int Frames = 50;
    private const int FrameBytes = 5_300_000;
    private const int Rounds = 5;
    private const string Node = "dome";

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await using var kubo = await KuboUnderTest.StartAsync(sync: false);
        await using var over = await ServerUnderTest.OursAsync([Node], "--kubo", kubo.Address.AbsoluteUri);
        await using var believing = await ServerUnderTest.BelievingAsync(Node, kubo.Address);
        await using var own = await ServerUnderTest.OursAsync([Node]);
        using var client = new KuboClient(new RemoteEndpoint(kubo.Address), TimeProvider.System);
        var intake = new KuboIntake(client);
        Dictionary<(string What, int Clients), List<double>> paces = [];
        for (int round = -1; round < Rounds; round++)
        {
            await MeasureAsync("believed", 4, (frame, pin) => client.Dag.ImportAsync(
                frame.LengthWith(pin), (stream, cancellationToken) => frame.WriteAsync(stream, pin, cancellationToken), pinRoots: true,
                cancellationToken));
            await MeasureAsync("read back", 4, (frame, pin) => intake.KeepAsync(pin, null, frame.Blocks, frame, cancellationToken));
            foreach (int clients in (int[])[4, 1])
            {
                await MeasureAsync("over", clients, (frame, _) => SendAsync(over, frame, cancellationToken));
                await MeasureAsync("believing", clients, (frame, _) => SendAsync(believing, frame, cancellationToken));
                await MeasureAsync("own", clients, (frame, _) => SendAsync(own, frame, cancellationToken));
            }

            async Task MeasureAsync(string what, int clients, Func<Frame, KuboOwnPin, Task> send)
            {
                // Other frames for each: what is there already would be another thing.
                var frames = new List<Frame>();
                for (int i = 0; i < Frames; i++)
                    frames.Add(await Frame.MakeAsync(HashCode.Combine(what, clients, round, i), FrameBytes, cancellationToken));
                long begun = Stopwatch.GetTimestamp();
                await Parallel.ForEachAsync(frames, new ParallelOptions { MaxDegreeOfParallelism = clients },
                    async (frame, _) => await send(frame, KuboOwnPin.Of(what, frame.Blocks.Select(b => b.Cid))));
                paces.TryAdd((what, clients), []);
                if (round >= 0)
                    paces[(what, clients)].Add((double)Frames * FrameBytes / Stopwatch.GetElapsedTime(begun).TotalSeconds / 1e6);
            }
        }

        Report("Kubo itself, each block read back", 4, "read back", "believed", "it believed", kubo.PeakMb);
        Report("pinning server over it", 4, "over", "believed", "Kubo alone, believed and not flushed", over.PeakMb);
        foreach (int clients in (int[])[4, 1])
        {
            Report("pinning server over it", clients, "over", "believing", "the same without the reading back", over.PeakMb);
            Report("pinning server over it", clients, "over", "own", "the server with its own store", over.PeakMb);
        }

        void Report(string measure, int clients, string one, string peer, string peers, double memory)
        {
            var (pace, other) = (paces[(one, clients)], paces[(peer, clients)]);
            // Of each round by itself: what else the machine does changes from one to the next.
            var ratio = Measurement.Median(pace.Zip(other, (p, o) => p / o));
            var conditions = $"{Frames} frames of {FrameBytes / 1e6:0.0} MB by {clients} clients in one process beside it, one round "
                + $"before; medians of {Rounds}, in turn; a stock Kubo (sync false)";
            new Measurement($"{measure}, {clients} at once", Measurement.Median(pace), "MB/s",
                $"{peers}, {Measurement.Median(other):0} MB/s", ratio, memory, conditions).WriteTo(output);
        }
    }

    private static async Task SendAsync(ServerUnderTest server, Frame frame, CancellationToken cancellationToken)
    {
        using var client = server.ClientOf(Node);
        var car = new MemoryStream();
        await frame.WriteAsync(car, null, cancellationToken);
        using var content = new ByteArrayContent(car.GetBuffer(), 0, (int)car.Length);
        using var answer = await client.PostAsync("/v0/car", content, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>A frame's blocks in memory.</summary>
    private sealed class Frame : IBlockSource, IDagSink
    {
        private readonly Dictionary<Cid, byte[]> _all = [];
        private readonly List<BlockInfo> _blocks = [];

        /// <summary>Root first.</summary>
        public IReadOnlyList<BlockInfo> Blocks => _blocks;

        public static async Task<Frame> MakeAsync(int seed, int bytes, CancellationToken cancellationToken)
        {
            var frame = new Frame();
            var content = new byte[bytes];
            new Random(seed).NextBytes(content);
            await new UnixFsImporter(UnixFsProfile.UnixFsV1_2025).ImportAsync(new MemoryStream(content), frame, cancellationToken);
            frame._blocks.Reverse();
            return frame;
        }

        public long LengthWith(KuboOwnPin pin) =>
            CarWriter.LengthOf([pin.Root], [.. pin.Blocks.Select(b => new BlockInfo(b.Cid, b.Data.Length)), .. _blocks]);

        public Task WriteAsync(Stream stream, KuboOwnPin? pin, CancellationToken cancellationToken) => CarWriter.WriteAsync(
            stream, [pin?.Root ?? _blocks[0].Cid],
            (pin?.Blocks ?? []).ToAsyncEnumerable().Concat(this.BlocksAsync(_blocks.Select(b => b.Cid), cancellationToken)),
            cancellationToken);

        public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
            new(Block.Verify(cid, _all[cid]));

        public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => new(_all[cid].Length);

        public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
            NodeAsync(block, cancellationToken);

        public ValueTask NodeAsync(Block block, CancellationToken cancellationToken)
        {
            _all[block.Cid] = block.Data.ToArray();
            _blocks.Add(new(block.Cid, block.Data.Length));
            return ValueTask.CompletedTask;
        }
    }
}
