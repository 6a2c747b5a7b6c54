using MassTransit.SqlTransport.Sqlite;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using Wanda.CaptureProducer;
using Wanda.Catalog;
using Wanda.Cli.Up;
using Wanda.Cli.Verbs;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Demo;

/// <summary>One run of the demo, from an empty folder or from where the last one stopped.</summary>
internal sealed class DemoRun(DemoRequest request, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>0 when settled, or stopped by Ctrl-C; 1 when it did not settle in time; the reasons are on the screen.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folder = DemoFolder.Open(request.Data);
        if (request.Part is { } part)
            return await RunPartAsync(folder, part, cancellationToken);
        using var kept = folder.Keep();
        var console = new Output(json: false).Console;
        await using var server = await DemoServer.StartAsync(folder, "demo", cancellationToken);
        var options = request.ToOptions(folder, server.Address);
        using var log = new DemoLog(folder.Log("node"), time);
        using var host = await BuildAsync(options, log, cancellationToken);
        await host.StartAsync(cancellationToken);
        options = options with { Ops = options.Ops with { Listen = Address(host) } };
        DemoRequest.WriteConfiguration(folder, options);
        var view = new DemoView(console, folder, options, server.Address);
        try
        {
            return await FollowAsync(host.Services, view, log, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            view.End();
            console.MarkupLine("[grey]Stopping. Start it again on the same folder and it goes on.[/]");
            return 0;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>One process of a demo whose parts run apart, as a real node's may. Whoever starts the parts watches them.</summary>
    private async Task<int> RunPartAsync(DemoFolder folder, Roles part, CancellationToken cancellationToken)
    {
        var options = request.ToOptions(folder, new Uri($"http://127.0.0.1:{folder.ServerPort()}"));
        DemoRequest.WriteConfiguration(folder, options);
        using var host = await NodeHost.BuildAsync(options, part, logging => UpCommand.Log(logging), cancellationToken);
        await host.RunAsync(cancellationToken);
        return Environment.ExitCode;
    }

    private async Task<int> FollowAsync(IServiceProvider services, DemoView view, DemoLog log, CancellationToken cancellationToken)
    {
        var catalogue = services.GetRequiredService<Catalogue>();
        var settlement = new Settlement(catalogue, services.GetRequiredService<HoldQuery>(), services.GetRequiredService<ISqliteQueues>(),
            services.GetRequiredService<CaptureProgress>());
        var night = services.GetRequiredService<NightQuery>();
        var started = time.GetTimestamp();
        var seen = await catalogue.Events.NewestAsync(cancellationToken);
        var settledFrames = -1;
        view.Begin();
        while (true)
        {
            foreach (var happened in await catalogue.Events.AfterAsync(seen, 1000, cancellationToken))
            {
                seen = happened.Seq;
                await view.ShowAsync(happened, catalogue, cancellationToken);
            }

            while (log.Warnings.TryDequeue(out var warning))
                view.Warn(warning);
            var late = request.ExitWhenSettled && time.GetElapsedTime(started) > request.Timeout;
            // To go on waiting one problem is enough; when the time is over, all of them are shown.
            var problems = await settlement.ProblemsAsync(late ? int.MaxValue : 1, cancellationToken);
            var counts = await catalogue.Sessions.CountsAsync(countThisMachine: true, cancellationToken);
            await view.CountsAsync(counts, night, cancellationToken);
            var frames = counts.Sum(c => c.Frames);
            // Said once for the same frames: messages of timers make the queues busy again and again.
            if (problems.Count == 0 && frames != settledFrames)
            {
                settledFrames = frames;
                await view.SettledAsync(catalogue, time.GetElapsedTime(started), goesOn: !request.ExitWhenSettled, cancellationToken);
                if (request.ExitWhenSettled)
                    return 0;
            }

            if (late)
            {
                view.NotSettled(problems, request.Timeout);
                return 1;
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    /// <summary>The console's port may be taken: the demo then takes another one.</summary>
    private static async Task<IHost> BuildAsync(WandaOptions options, DemoLog log, CancellationToken cancellationToken)
    {
        var uri = new Uri(options.Ops.Listen);
        if (ListenAddress.Problem(options.Ops.Listen) is not null)
            options = options with { Ops = options.Ops with { Listen = $"{uri.Scheme}://{uri.Host}:0" } };
        return await NodeHost.BuildAsync(options, Roles.All, logging =>
            {
                UpCommand.Quiet(logging.SetMinimumLevel(LogLevel.Information));
                logging.AddProvider(log);
            }, cancellationToken);
    }

    private static string Address(IHost host) =>
        host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
