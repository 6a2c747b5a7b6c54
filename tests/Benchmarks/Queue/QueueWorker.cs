using System.Collections.Concurrent;
using System.Diagnostics;

namespace Benchmarks.Queue;

/// <summary>This program as a process of a benchmark: says "ready", waits for a line, works, and says its result in one line.</summary>
internal sealed class QueueWorker : IAsyncDisposable
{
    private const int Warm = 20_000;

    private readonly Process _process;

    private QueueWorker(Process process) => _process = process;

    public static async Task<QueueWorker> StartAsync(params string[] arguments)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(Environment.ProcessPath!, ["worker", .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            },
        };
        process.Start();
        if (await process.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException("The worker did not start.");
        return new QueueWorker(process);
    }

    public void Begin() => _process.StandardInput.WriteLine();

    public async Task<string> ResultAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("The worker ended without a result.");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["latency", var path, var count]:
                await LatencyAsync(path, int.Parse(count));
                return 0;
            case ["move", var path, var count]:
                await MoveAsync(path, long.Parse(count));
                return 0;
            default:
                return 2;
        }
    }

    private static async Task LatencyAsync(string path, int count)
    {
        var times = new ConcurrentQueue<double>();
        var countdown = new Countdown(count);
        await using var host = await QueueHost.StartAsync(path, 16, load =>
        {
            times.Enqueue(Stopwatch.GetElapsedTime(load.Number).TotalMilliseconds);
            return countdown.CountAsync();
        });
        Console.WriteLine("ready");
        await countdown.Done;
        Console.WriteLine(string.Join(' ', times.Select(t => t.ToString("0.000"))));
    }

    // Publishes and consumes; the queue is shared, so it stops at a count of its own publishes and says how many it got of all.
    private static async Task MoveAsync(string path, long count)
    {
        await WarmAsync($"{path}-{Environment.ProcessId}.db");
        long consumed = 0;
        await using var host = await QueueHost.StartAsync(path, 100, _ =>
        {
            Interlocked.Increment(ref consumed);
            return Task.CompletedTask;
        });
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        var began = Stopwatch.GetTimestamp();
        await host.PublishAsync(count);
        var published = Stopwatch.GetElapsedTime(began).TotalSeconds;
        // Until nothing has come for a while: the last arrival counts.
        var (last, at) = (-1L, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(at).TotalSeconds < 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            if (Interlocked.Read(ref consumed) is var now && now != last)
                (last, at) = (now, Stopwatch.GetTimestamp());
        }

        Console.WriteLine($"{last} {Stopwatch.GetElapsedTime(began, at).TotalSeconds:0.000} {published:0.000}");
    }

    // Lets the runtime compile what the measured part runs, on a file of its own, and compile it again better (it waits for a quiet tenth
    // of a second with that): four processes would else share the cores with four compilers, and one with one.
    private static async Task WarmAsync(string path)
    {
        for (var round = 0; round < 3; round++)
        {
            var countdown = new Countdown(Warm);
            await using (var host = await QueueHost.StartAsync(path, 100, _ => countdown.CountAsync()))
            {
                await host.PublishAsync(Warm);
                await countdown.Done;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }
    }
}
