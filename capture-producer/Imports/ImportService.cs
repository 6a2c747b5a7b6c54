using Microsoft.Extensions.Logging;
using Wanda.Catalog;

namespace Wanda.CaptureProducer.Imports;

/// <summary>Carries out the imports that operators asked for, one after the other.</summary>
/// <param name="store">Where they are asked for.</param>
/// <param name="run">Makes the run of one.</param>
/// <param name="time">The clock that it waits with.</param>
/// <param name="log">Is told of beginnings and ends.</param>
internal sealed partial class ImportService(
    ImportStore store, Func<ImportRecord, ImportRun> run, TimeProvider time, ILogger<ImportService> log)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>Works until the token ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.NextAsync(cancellationToken) is { } import)
            {
                Begins(import.Path);
                if (await run(import).RunAsync(cancellationToken) && await store.EndAsync(import.Id, ImportState.Done, cancellationToken))
                    Done(import.Path);
            }
            else
            {
                await Task.Delay(Look, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The import of {Path} begins or goes on.")]
    private partial void Begins(string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "Every file of {Path} was looked at: its import is done.")]
    private partial void Done(string path);
}
