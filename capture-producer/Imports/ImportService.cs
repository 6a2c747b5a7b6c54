using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Gate;
using Wanda.CaptureProducer.Originals;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Imports;

/// <summary>Carries out the imports that operators asked for, one after the other, in the process that captures.</summary>
internal sealed partial class ImportService(
    Catalogue catalogue, WatchedFolders folders, FrameIntake intake, ActiveSessions sessions, ImportTurn turn, ClockTrust clock,
    WandaOptions options, TimeProvider time, ILoggerFactory logs, ILogger<ImportService> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var failures = 0; !stoppingToken.IsCancellationRequested; failures++)
        {
            try
            {
                var next = folders.HasBegun ? await catalogue.Imports.NextAsync(stoppingToken) : null;
                if (next is not { } import)
                {
                    await Task.Delay(Look, time, stoppingToken);
                    continue;
                }

                Begins(import.Path);
                if (await Run(import).RunAsync(stoppingToken)
                    && await catalogue.Imports.EndAsync(import.Id, ImportState.Done, stoppingToken))
                {
                    Done(import.Path);
                }

                failures = -1; // the next one is a first
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return; // it goes on at the next start
            }
            catch (Exception e)
            {
                var delay = Backoff.Delay(failures);
                Failed(e, delay);
                await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private ImportRun Run(ImportRecord import)
    {
        var folder = SourceFolder.At(import.Path);
        var preset = import.Preset is { } name ? WatchPreset.Parse(name) : null;
        var watch = new WatchOptions { Path = import.Path, Preset = preset };
        var gate = new FileGate(import.Source, watch, folder, new SourceClaims(catalogue, folders.ByName, byContentAlone: true),
            new Adoption(import.Source, watch, folder, catalogue.Originals, clock, time), intake,
            new WatchedSessions(import.Source, watch, folder, catalogue, time), sessions, catalogue, time, isImport: true);
        var account = new SourceAccount(
            import.Source, SourceKind.Folder, import.Path, catalogue.Intake, time, logs.CreateLogger<SourceAccount>());
        var files = new ImportFiles(folder, gate, OwnFolders.Of(options), watch.Quiet, time);
        return new ImportRun(import, files, gate, account, turn, catalogue.Imports, time);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The import of {Path} begins or goes on.")]
    private partial void Begins(string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "Every file of {Path} was looked at: its import is done.")]
    private partial void Done(string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "An import failed; it goes on in {Delay}.")]
    private partial void Failed(Exception e, TimeSpan delay);
}
