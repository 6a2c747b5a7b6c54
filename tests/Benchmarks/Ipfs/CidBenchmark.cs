using System.Diagnostics;
using System.Security.Cryptography;
using Wanda.Ipfs;

namespace Benchmarks.Ipfs;

/// <summary>
/// CIDs of one file against the least that a CID takes: reading the file and hashing each chunk; and against js-ipfs's importer.
/// </summary>
internal static class CidBenchmark
{
    public const string Name = "cid";

    private const int FileBytes = 256 << 20;
    private const int Rounds = 7;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var path = Path.GetTempFileName();
        try
        {
            await WriteAsync(path, cancellationToken);
            foreach (var profile in (UnixFsProfile[])[UnixFsProfile.UnixFsV1_2025, UnixFsProfile.CidV1, UnixFsProfile.CidV0])
            {
                foreach (var threads in (int[])[1, 2])
                {
                    ProcessFigures.ResetPeak();
                    var before = ProcessFigures.Of(Environment.ProcessId).PeakBytes;
                    var importer = new UnixFsImporter(profile, threads);
                    await importer.ImportAsync(path, cancellationToken: cancellationToken);
                    var memory = (ProcessFigures.Of(Environment.ProcessId).PeakBytes - before) / 1e6;
                    var (ours, hash) = await BestAsync(
                        () => importer.ImportAsync(path, cancellationToken: cancellationToken),
                        () => HashAsync(path, profile.ChunkSize, threads, cancellationToken));
                    new Measurement($"CID, {profile.Name}, {threads} thread(s)", Rate(ours), "MB/s",
                        $"SHA-256 of the chunks alone, {Rate(hash):0} MB/s", hash / ours, memory, Conditions).WriteTo(output);
                }
            }

            foreach (var (profile, seconds) in await JsImporter.TimesAsync(path, Rounds, cancellationToken))
            {
                var importer = new UnixFsImporter(UnixFsProfile.Parse(profile), 1);
                var (ours, _) = await BestAsync(
                    () => importer.ImportAsync(path, cancellationToken: cancellationToken), () => Task.CompletedTask);
                new Measurement($"CID, {profile}, 1 thread", Rate(ours), "MB/s", $"ipfs-unixfs-importer 17 (npm), {Rate(seconds):0} MB/s",
                    seconds / ours, null, Conditions).WriteTo(output);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static readonly string Conditions = $"{FileBytes >> 20} MiB from the page cache, best of {Rounds}, order alternated";

    private static double Rate(double seconds) => FileBytes / 1e6 / seconds;

    private static async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        var chunk = new byte[1 << 20];
        await using var file = File.Create(path);
        for (var written = 0; written < FileBytes; written += chunk.Length)
        {
            random.NextBytes(chunk);
            await file.WriteAsync(chunk, cancellationToken);
        }
    }

    /// <summary>What remains when everything IPFS is left out: whole chunks, read and hashed by so many threads.</summary>
    private static async Task HashAsync(string path, int chunkSize, int threads, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path);
        long next = 0;
        await Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Run(() =>
        {
            var chunk = new byte[chunkSize];
            Span<byte> digest = stackalloc byte[32];
            while (Interlocked.Add(ref next, chunkSize) - chunkSize is var offset && offset < FileBytes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                SHA256.HashData(chunk.AsSpan(0, RandomAccess.Read(file, chunk, offset)), digest);
            }
        }, cancellationToken)));
    }

    /// <summary>Turn and turn about, so that both meet the same neighbours.</summary>
    private static async Task<(double First, double Second)> BestAsync(Func<Task> first, Func<Task> second)
    {
        var best = (First: double.MaxValue, Second: double.MaxValue);
        for (var i = 0; i < Rounds; i++)
            best = (Math.Min(best.First, await SecondsAsync(first)), Math.Min(best.Second, await SecondsAsync(second)));
        return best;
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
