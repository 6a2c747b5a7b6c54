using MassTransit.SqlTransport.Sqlite;
using Wanda.Custody;

namespace Wanda.Hosting;

/// <summary>The pauses of queues with why they are, told by a code (<see cref="PauseCode"/>).</summary>
public static class QueuePauses
{
    /// <summary>Pauses a queue.</summary>
    /// <param name="queues">The queues.</param>
    /// <param name="queue">Its name.</param>
    /// <param name="code">Why.</param>
    /// <param name="detail">What <paramref name="code"/> asks for.</param>
    /// <param name="until">When it goes on by itself; null: when it is resumed.</param>
    /// <param name="cancellationToken">Withdraws the request.</param>
    public static Task PauseAsync(
        this ISqliteQueues queues, string queue, PauseCode code, string detail, DateTimeOffset? until,
        CancellationToken cancellationToken) => queues.PauseAsync(queue, detail, until, code.ToString(), cancellationToken);

    /// <summary>Why it is paused; null for a pause of 0.2, which has words alone, and for a code of a later version.</summary>
    public static PauseCode? Why(this SqliteQueuePause pause) =>
        Enum.TryParse<PauseCode>(pause.Code, out var code) && Enum.GetName(code) == pause.Code ? code : null;
}
