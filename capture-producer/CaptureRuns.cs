using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Cameras;
using Wanda.CaptureProducer.Watch;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer;

/// <summary>What the configuration asks this node to capture.</summary>
internal sealed class CaptureRuns(
    WandaOptions options, FrameIntake intake, ActiveSessions sessions, Catalogue catalogue, CaptureProgress progress, TimeProvider time,
    ILoggerFactory logs)
{
    public IEnumerable<Func<CancellationToken, Task>> All() => options.Cameras.Select(Camera).Concat(options.Watch.Select(Watched));

    private Func<CancellationToken, Task> Camera(CameraOptions camera)
    {
        var done = false;
        progress.Track(() => Volatile.Read(ref done));
        return async cancellationToken =>
        {
            await using var simulator = Simulator(camera);
            await new CameraRun(camera, simulator, intake, sessions, catalogue, time, logs.CreateLogger<CameraRun>())
                .RunAsync(cancellationToken);
            Volatile.Write(ref done, true);
        };
    }

    private Func<CancellationToken, Task> Watched(WatchOptions watch)
    {
        var run = new WatchRun(watch, Watcher(watch), intake, sessions, catalogue, time, logs.CreateLogger<WatchRun>());
        progress.Track(() => run.IsIdle);
        return run.RunAsync;
    }

    private SimulatedCamera Simulator(CameraOptions camera)
    {
        var size = camera.Size.Split('x').Select(int.Parse).ToArray();
        return new SimulatedCamera(
            new SimulatedCameraOptions { Width = size[0], Height = size[1], Seed = camera.Seed, Bayer = camera.Bayer }, time);
    }

    private FolderWatcher Watcher(WatchOptions watch) => new(new FolderWatchOptions
    {
        Folder = watch.Path,
        IncludeSubfolders = watch.Recursive,
        QuietTime = watch.Quiet,
        QuietTimeUnknown = TimeSpan.FromTicks(Math.Min(watch.Quiet.Ticks * 5, TimeSpan.TicksPerHour)),
        QuietTimeDoubtful = watch.QuietDoubtful,
    }, time, logs.CreateLogger<FolderWatcher>());
}
