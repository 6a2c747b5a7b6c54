using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>What an operator may do to a queue.</summary>
public sealed class QueueCommands(ISqliteQueues queues, Catalogue catalogue)
{
    /// <summary>So many stuck messages come back a second: a destination that has just recovered is not buried (law 4).</summary>
    public const double RetriesPerSecond = 20;

    /// <summary>Tries everything that is stuck in a queue again.</summary>
    /// <returns>How many messages went back.</returns>
    /// <exception cref="NotHereException">There is no such queue.</exception>
    public async Task<int> RetryAsync(string queue, CancellationToken cancel)
    {
        await EnsureAsync(queue, cancel);
        var count = 0;
        foreach (var part in StuckWork.Parts)
            count += await queues.RequeueAsync(queue, part, perSecond: RetriesPerSecond, cancellationToken: cancel);
        return count;
    }

    /// <summary>Tries one stuck message again.</summary>
    /// <returns>False when it is not stuck any more.</returns>
    /// <exception cref="NotHereException">There is no such queue.</exception>
    public async Task<bool> RetryAsync(string queue, long deliveryId, CancellationToken cancel)
    {
        await EnsureAsync(queue, cancel);
        return await queues.RequeueAsync(queue, deliveryId, cancel);
    }

    /// <summary>Stops a queue's work, in every process and across restarts, until it is resumed.</summary>
    /// <exception cref="OpsException">There is no such queue, or no reason was given.</exception>
    public async Task PauseAsync(string queue, string reason, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 200)
            throw new OpsException("Say why in 1 to 200 characters: whoever looks at 3 a.m. will want to know.");
        await EnsureAsync(queue, cancel);
        await queues.PauseAsync(queue, reason.Trim(), null, cancel);
    }

    /// <summary>Lets a queue's work go on; a destination whose breaker paused it is tried at once.</summary>
    /// <returns>False when it was not paused.</returns>
    /// <exception cref="NotHereException">There is no such queue.</exception>
    public async Task<bool> ResumeAsync(string queue, CancellationToken cancel)
    {
        await EnsureAsync(queue, cancel);
        foreach (var destination in await catalogue.Destinations.ListAsync(cancel))
        {
            if (QueueNames.Offload(destination.Name) == queue)
                await catalogue.Destinations.TryNowAsync(destination.Name, cancel);
        }

        return await queues.ResumeAsync(queue, cancel);
    }

    private async Task EnsureAsync(string queue, CancellationToken cancel)
    {
        if (await queues.FindAsync(queue, cancel) is null)
            throw new NotHereException($"There is no queue '{queue}'. 'wanda queue ls' lists them.");
    }
}
