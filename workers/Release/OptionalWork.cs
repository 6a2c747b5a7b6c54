using MassTransit.SqlTransport.Sqlite;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Workers.Release;

/// <summary>
/// Pauses what a night can do without while space is low and nothing more can be released (law 6): previews. They wait in their queue. The
/// pause ends by itself, and is renewed at each look, so that a process that is gone leaves none behind; an operator's own pause is left
/// alone.
/// </summary>
internal sealed class OptionalWork(ISqliteQueues queues, DiskSpace space, WandaOptions options, TimeProvider time)
{
    /// <summary>Looks at the disk, after what could be released is gone.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        if (await queues.FindAsync(QueueNames.Thumbnail, cancellationToken) is not { } queue)
            return;
        var ours = queue.Paused?.Why() == PauseCode.LittleSpace;
        if (space.IsLow && (queue.Paused is null || ours))
        {
            await queues.PauseAsync(QueueNames.Thumbnail, PauseCode.LittleSpace, new ByteSize(space.FreeBytes).ToString(),
                time.GetUtcNow() + 3 * options.Release.Interval, cancellationToken);
        }
        else if (ours && !await space.IsDrainingAsync(cancellationToken))
        {
            await queues.ResumeAsync(QueueNames.Thumbnail, cancellationToken);
        }
    }
}
