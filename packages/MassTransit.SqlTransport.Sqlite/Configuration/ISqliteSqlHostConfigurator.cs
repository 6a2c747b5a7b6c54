namespace MassTransit;

/// <summary>Configures the SQLite transport's host.</summary>
public interface ISqliteSqlHostConfigurator : ISqlHostConfigurator
{
    /// <summary>How carefully the file is written; <see cref="SqliteSynchronous.Full"/> by default.</summary>
    SqliteSynchronous Synchronous { set; }

    /// <summary>How long a write waits for the writers of other processes before it fails; 30 s by default.</summary>
    TimeSpan LockTimeout { set; }

    /// <summary>
    /// The clock for delays, locks and expiry. By default the <see cref="System.TimeProvider"/> registered in the container, or else the system's. All who
    /// open the same file in one process share the clock of the first.
    /// </summary>
    TimeProvider TimeProvider { set; }
}
