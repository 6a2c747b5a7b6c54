using Spectre.Console;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>A fetch as it goes on: a bar on a terminal, nothing for a script.</summary>
internal static class FetchView
{
    public static Task<FetchReport> RunAsync(
        SessionFetch fetch, string session, string folder, Output output, CancellationToken cancellationToken)
    {
        if (output.Json || Console.IsOutputRedirected)
            return fetch.RunAsync(session, folder, null, cancellationToken);
        return output.Console.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(progress =>
            {
                var task = progress.AddTask(Markup.Escape(session));
                return fetch.RunAsync(session, folder, new Bar(task), cancellationToken);
            });
    }

    // Progress<T> would post to the thread pool, and the bar would jump back.
    private sealed class Bar(ProgressTask task) : IProgress<FetchProgress>
    {
        private readonly Lock _lock = new();
        private long _bytes;

        public void Report(FetchProgress value)
        {
            lock (_lock)
            {
                _bytes += value.Bytes;
                task.MaxValue = Math.Max(1, value.TotalBytes);
                task.Value = _bytes;
                task.Description = Markup.Escape($"{new ByteSize(_bytes)} of {new ByteSize(value.TotalBytes)}");
            }
        }
    }
}
