namespace MassTransit;

/// <summary>Configures the SQLite transport's host.</summary>
public interface ISqliteSqlHostConfigurator : ISqlHostConfigurator
{
    /// <summary>How carefully the file is written; <see cref="SqliteSynchronous.Full"/> by default.</summary>
    SqliteSynchronous Synchronous { set; }

    /// <summary>How long a write waits for the writers of other processes before it fails; 30 s by default.</summary>
    TimeSpan LockTimeout { set; }

    /// <summary>
    /// The page size of a file that is made, in bytes: a power of two from 512 to 65,536; 4096 by default. With 1024 a message that comes
    /// alone costs the disk a third of the bytes, which makes an SD card last; under load 4096 is a twentieth faster. A file that is there
    /// keeps its own.
    /// </summary>
    /// <exception cref="ConfigurationException">It is another number.</exception>
    int PageSize { set; }

    /// <summary>
    /// True: the minimum of the process's thread pool grows by one for each receiver of this bus, for as long as it runs. MassTransit's
    /// receiver blocks a thread of the pool while every place of its queue is taken, and the pool replaces it slowly. False (default): the
    /// pool is left alone.
    /// </summary>
    bool RaiseThreadPoolMinimum { set; }

    /// <summary>
    /// The clock for delays, locks and expiry. By default the <see cref="System.TimeProvider"/> registered in the container, or else the
    /// system's. All who open the same file in one process share the clock of the first.
    /// </summary>
    TimeProvider TimeProvider { set; }
}
