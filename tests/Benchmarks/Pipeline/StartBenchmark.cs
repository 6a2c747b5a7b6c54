using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Benchmarks.Pipeline;

/// <summary>
/// What a node's start costs before it gives the first number: whether a store is damaged, and whether the catalogue is older than the
/// journals. Of frames that are all freed or here, in sessions of 500, with whole journals; nothing is amiss.
/// </summary>
internal static class StartBenchmark
{
    public const string Name = "start";

    private const int OfSession = 500;
    private const int Starts = 7;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        foreach (var frames in new[] { 100_000, 600_000 })
            await RunAsync(output, frames, cancellationToken);
    }

    private static async Task RunAsync(TextWriter output, int frames, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-start-").FullName;
        try
        {
            var options = await RoundsBenchmark.OptionsAsync(folder, nights: 3, cancellationToken);
            await using (var node = await RoundsBenchmark.NodeAsync(options, cancellationToken))
            {
                _ = node.Services.GetServices<IHostedService>(); // with them its share in the node, which ends with it
                await ManyFrames.FillAsync(node.Services, frames, proven: true, cancellationToken, OfSession);
                var catalogue = node.Services.GetRequiredService<Catalogue>();
                var journal = node.Services.GetRequiredService<JournalWriter>();
                for (var i = 0; i * OfSession < frames; i++)
                {
                    var session = new SessionName($"night-{i}");
                    await catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(session, SessionKind.Camera), cancellationToken);
                    await journal.CompleteAsync(session, cancellationToken);
                    await catalogue.Ledger.ApplyAsync(new Fact.SessionEnded(session), cancellationToken);
                }
            }

            var data = new DataFolder(options.Data);
            var (looks, starts) = (new List<double>(), new List<double>());
            for (var start = 0; start < Starts; start++)
            {
                looks.Add(await MsAsync(async () =>
                {
                    foreach (var store in new[] { data.Catalogue, data.Queue, data.BlockIndex })
                        await DamagedStore.SetAsideAsync(store, TimeProvider.System, cancellationToken);
                }));
                IAsyncDisposable? opened = null;
                starts.Add(await MsAsync(async () => opened = await OpenAsync(options, cancellationToken)));
                await opened!.DisposeAsync();
            }

            var conditions = $"{frames:N0} frames, sessions of {OfSession}, catalogue {Size(data.Catalogue)}, journals "
                + $"{new ByteSize(Directory.EnumerateFiles(options.Storage.Root!, "journal*", SearchOption.AllDirectories)
                    .Sum(f => new FileInfo(f).Length))}; median of {Starts}, the longest beside it";
            Report("stores opened, all that is looked at before the first number", starts);
            Report("of that, by itself: whether a store is damaged", looks);

            void Report(string measure, List<double> values) => new Measurement(measure, Measurement.Median(values), "ms",
                $"{values.Max():0} ms", null, Measurement.Memory, conditions).WriteTo(output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Size(string path) => new ByteSize(new FileInfo(path).Length).ToString();

    private static async Task<IAsyncDisposable> OpenAsync(WandaOptions options, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        await builder.AddWandaNodeAsync(options, TimeProvider.System, cancellationToken);
        var host = builder.Build();
        // Only what was made is closed.
        _ = (host.Services.GetRequiredService<Catalogue>(), host.Services.GetServices<IHostedService>());
        return (IAsyncDisposable)host;
    }

    private static async Task<double> MsAsync(Func<Task> work)
    {
        var before = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(before).TotalMilliseconds;
    }
}
