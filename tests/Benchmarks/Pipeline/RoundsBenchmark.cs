using System.Diagnostics;
using MassTransit;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.PinningServer;
using Wanda.Workers;
using Wanda.Workers.Reconcile;
using Wanda.Workers.Release;

namespace Benchmarks.Pipeline;

/// <summary>
/// What the rounds of release and reconciler cost that find nothing to do, with very many frames here: all proven and kept for their
/// nights, and none proven, each with its message in a queue that is paused. In processor time, which a busy machine changes little.
/// </summary>
internal static class RoundsBenchmark
{
    public const string Name = "rounds";

    private const int Rounds = 5;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await RunAsync(output, 60_000, proven: true, nights: 3, cancellationToken);
        await RunAsync(output, 60_000, proven: true, nights: 0, cancellationToken);
        await RunAsync(output, 60_000, proven: false, nights: 3, cancellationToken);
        await RunAsync(output, 600_000, proven: true, nights: 3, cancellationToken);
        await RunAsync(output, 600_000, proven: true, nights: 0, cancellationToken);
    }

    private static async Task RunAsync(TextWriter output, int frames, bool proven, int nights, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-rounds-").FullName;
        try
        {
            await using var host = await NodeAsync(await OptionsAsync(folder, nights, cancellationToken), cancellationToken);
            await ManyFrames.FillAsync(host.Services, frames, proven, cancellationToken);
            var (release, reconciler) = (host.Services.GetRequiredService<ReleaseRound>(), host.Services.GetRequiredService<Reconciler>());
            await host.Services.GetRequiredService<ISqliteQueues>().PauseAsync(
                QueueNames.Offload(ManyFrames.Destination), "measured", until: null, cancellationToken);
            var bus = host.Services.GetRequiredService<IBusControl>();
            await bus.StartAsync(cancellationToken);
            var options = host.Services.GetRequiredService<WandaOptions>();
            var conditions = $"{frames:N0} frames here, "
                + (!proven ? "none proven, each waits in a paused queue" : nights > 0 ? "all proven, kept for their nights"
                    : "all proven in one of two failure domains, their nights over") + "; median of five rounds";
            var firstRelease = await CpuAsync(() => release.ConsiderAllAsync(cancellationToken));
            var firstReconcile = await CpuAsync(() => reconciler.RunAsync(cancellationToken));
            var (ofRelease, ofReconciler) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                ofRelease.Add(await CpuAsync(() => release.ConsiderAllAsync(cancellationToken)));
                ofReconciler.Add(await CpuAsync(() => reconciler.RunAsync(cancellationToken)));
            }

            var (perRelease, perReconcile) = (Measurement.Median(ofRelease), Measurement.Median(ofReconciler));
            Report("release: CPU a minute", perRelease / options.Release.Interval.TotalMinutes, $"its first round {firstRelease:0} ms");
            Report("reconciler: CPU a minute", perReconcile / options.Reconcile.Interval.TotalMinutes,
                $"a round of each {options.Reconcile.Interval.TotalMinutes} min {perReconcile:0} ms, the first {firstReconcile:0} ms");
            await bus.StopAsync(cancellationToken);

            void Report(string measure, double value, string beside) =>
                new Measurement(measure, value, "ms", beside, null, Measurement.Memory, conditions).WriteTo(output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static async Task<WandaOptions> OptionsAsync(string folder, int nights, CancellationToken cancellationToken)
    {
        var tokenFile = Path.Combine(folder, "token");
        await File.WriteAllTextAsync(tokenFile, AccessToken.Generate(), cancellationToken);
        return WandaConfiguration.Validated(new WandaOptions
        {
            Node = "dome",
            Data = Path.Combine(folder, "data"),
            Storage = new() { Floor = new ByteSize(0), Reserve = new ByteSize(0) },
            Release = new() { When = ReleaseWhen.Space, Nights = nights, LowWater = new ByteSize(0), Copies = nights > 0 ? 1 : 2 },
            Destinations =
            [
                new DestinationOptions
                {
                    Name = ManyFrames.Destination,
                    Kind = "wanda",
                    Url = "http://127.0.0.1:9/",
                    TokenFile = tokenFile,
                    FailureDomain = "community",
                },
            ],
        });
    }

    internal static async Task<AsyncHost> NodeAsync(WandaOptions options, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        await builder.AddWandaNodeAsync(options, TimeProvider.System, cancellationToken);
        await builder.AddWorkersAsync(options, TimeProvider.System, cancellationToken);
        builder.AddWandaBus();
        // Nothing of it is started: the rounds are run by hand.
        return new AsyncHost(builder.Build());
    }

    private static async Task<double> CpuAsync(Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        await work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds;
    }

    internal sealed class AsyncHost(IHost host) : IAsyncDisposable
    {
        public IServiceProvider Services => host.Services;

        public ValueTask DisposeAsync() => ((IAsyncDisposable)host).DisposeAsync();
    }
}
