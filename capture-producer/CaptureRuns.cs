using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Cameras;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Gate;
using Wanda.CaptureProducer.Originals;
using Wanda.CaptureProducer.Watch;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer;

/// <summary>What the configuration asks this node to capture, each source supervised by itself.</summary>
internal sealed class CaptureRuns(
    WandaOptions options, FrameIntake intake, ActiveSessions sessions, Catalogue catalogue, StorageRoot root, CaptureProgress progress,
    WatchedFolders folders, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>Runs every source until it has given all it has.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var imports = (await catalogue.Imports.ListAsync(cancellationToken)).Select(import => import.Source);
        await catalogue.Intake.KeepAsync(
            [.. options.Cameras.Select(c => c.Name), .. folders.All.Select(f => f.Name), .. imports], cancellationToken);
        await folders.BeginAsync(cancellationToken);
        var supervisor = new Supervisor(time, logs.CreateLogger<Supervisor>());
        await Task.WhenAll(options.Cameras.Select(Camera).Concat(folders.All.Select(Watched))
            .Select(source => supervisor.RunAsync(source.Account, source.Run, cancellationToken)));
    }

    private (SourceAccount Account, Func<CancellationToken, Task> Run) Camera(CameraOptions camera)
    {
        var done = false;
        progress.Track(() => Volatile.Read(ref done));
        var account = Account(camera.Name, SourceKind.Camera, camera.Kind, camera.Exposure + camera.Interval);
        return (account, RunAsync);

        async Task RunAsync(CancellationToken cancellationToken)
        {
            await using var simulator = Simulator(camera);
            await new CameraRun(camera, simulator, intake, sessions, account, time, logs.CreateLogger<CameraRun>())
                .RunAsync(cancellationToken);
            Volatile.Write(ref done, true);
        }
    }

    private (SourceAccount Account, Func<CancellationToken, Task> Run) Watched(WatchedFolder watched)
    {
        var (name, watch, folder, adoption) = watched;
        var gate = new FileGate(name, watch, folder, new SourceClaims(catalogue, folders.ByName), adoption, intake,
            new WatchedSessions(name, watch, folder, catalogue, time), sessions, catalogue, time);
        var account = Account(name, SourceKind.Folder, watch.Path);
        var run = new WatchRun(Options(watch), folder, gate, account, root, time, logs);
        progress.Track(() => run.IsIdle);
        return (account, run.RunAsync);
    }

    private SourceAccount Account(string name, SourceKind kind, string place, TimeSpan slow = default) =>
        new(name, kind, place, catalogue.Intake, time, logs.CreateLogger<SourceAccount>())
        {
            Patience = SourceAccount.DefaultPatience + slow,
        };

    private SimulatedCamera Simulator(CameraOptions camera)
    {
        var size = camera.Size.Split('x').Select(int.Parse).ToArray();
        return new SimulatedCamera(
            new SimulatedCameraOptions { Width = size[0], Height = size[1], Seed = camera.Seed, Bayer = camera.Bayer }, time);
    }

    private FolderWatchOptions Options(WatchOptions watch) => new()
    {
        Folder = watch.Path,
        IncludeSubfolders = watch.Recursive,
        Own = OwnFolders.Of(options),
        QuietTime = watch.Quiet,
        QuietTimeUnknown = watch.QuietUnknown,
        QuietTimeDoubtful = watch.QuietDoubtful,
    };
}
