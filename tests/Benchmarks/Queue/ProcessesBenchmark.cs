namespace Benchmarks.Queue;

/// <summary>Four processes that publish and consume on one file at once, against one.</summary>
internal static class ProcessesBenchmark
{
    private const int Messages = 80_000, Rounds = 3;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        List<(double Rate, double Fairness)> one = [], four = [];
        for (var round = 0; round < Rounds; round++)
        {
            one.Add(await OnceAsync(1, cancellationToken));
            four.Add(await OnceAsync(4, cancellationToken));
        }

        var (value, peer) = (Measurement.Median(four.Select(f => f.Rate)), Measurement.Median(one.Select(f => f.Rate)));
        var conditions = $"{Messages} messages of 1.2 KB in all, prefetch 100, 256 publishers each, warm, median of {Rounds}";
        new Measurement("four processes on one file, in all", value, "messages/s", $"one process {peer:0}", value / peer, null, conditions)
            .WriteTo(output);
        new Measurement("four processes, slowest publisher over fastest", Measurement.Median(four.Select(f => f.Fairness)), "times", null,
            null, null, conditions).WriteTo(output);
    }

    private static async Task<(double Rate, double Fairness)> OnceAsync(int processes, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("queue-processes-").FullName;
        List<QueueWorker> workers = [];
        try
        {
            for (var n = 0; n < processes; n++)
                workers.Add(await QueueWorker.StartAsync("move", Path.Combine(folder, "q.db"), (Messages / processes).ToString()));
            workers.ForEach(worker => worker.Begin());
            var results = (await Task.WhenAll(workers.Select(worker => worker.ResultAsync(cancellationToken))))
                .Select(r => r.Split(' ').Select(double.Parse).ToArray()).ToList();
            if (results.Sum(r => r[0]) != Messages)
                throw new InvalidOperationException($"{results.Sum(r => r[0])} of {Messages} messages came.");
            return (Messages / results.Max(r => r[1]), results.Max(r => r[2]) / results.Min(r => r[2]));
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
