using MassTransit.SqlTransport.Configuration;
using MassTransit.SqlTransport.Sqlite.Queues;
using MassTransit.SqlTransport.Sqlite.Transport;

namespace MassTransit.SqlTransport.Sqlite;

/// <summary>The host settings of a bus on a SQLite file. The host is always this machine; the file is the database.</summary>
public class SqliteSqlHostSettings : ConfigurationSqlHostSettings
{
    /// <summary>Settings for the file of a connection string, or of a plain path.</summary>
    /// <exception cref="ConfigurationException">The connection string cannot be understood.</exception>
    public SqliteSqlHostSettings(string connectionString)
    {
        Host = "localhost";
        ConnectionString = connectionString;
    }

    /// <summary>
    /// Settings from options: <see cref="SqlTransportOptions.ConnectionString"/>, or else <see cref="SqlTransportOptions.Database"/> as the
    /// path.
    /// </summary>
    /// <exception cref="ConfigurationException">Neither is set, or cannot be understood.</exception>
    public SqliteSqlHostSettings(SqlTransportOptions options)
        : this(options.ToConnectionString())
    {
        MaintenanceEnabled = !options.DisableMaintenance;
    }

    /// <summary>Replaces file, synchronous, lock timeout and page size.</summary>
    public string? ConnectionString
    {
        set
        {
            var parsed = SqliteConnectionString.Parse(value ?? "");
            Database = parsed.Path;
            Synchronous = parsed.Synchronous;
            LockTimeout = parsed.LockTimeout;
            PageSize = parsed.PageSize;
        }
    }

    /// <summary>How carefully the file is written.</summary>
    public SqliteSynchronous Synchronous { get; set; }

    /// <summary>How long a write waits for the writers of other processes. Default 30 s.</summary>
    public TimeSpan LockTimeout { get; set; }

    /// <summary>The page size of a file that is made, in bytes. Default 4096.</summary>
    /// <exception cref="ConfigurationException">It is no power of two from 512 to 65,536.</exception>
    public int PageSize
    {
        get;
        set => field = SqliteConnectionString.IsPageSize(value)
            ? value
            : throw new ConfigurationException($"A SQLite file cannot have pages of {value} bytes: give a power of two from 512 to 65536.");
    }

    /// <summary>Whether the minimum of the process's thread pool grows by one for each receiver. Default false.</summary>
    public bool RaiseThreadPoolMinimum { get; set; }

    /// <summary>The clock for delays, locks and expiry.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal Endpoints Endpoints { get; } = new();

    /// <inheritdoc />
    public override ConnectionContextFactory CreateConnectionContextFactory(ISqlHostConfiguration configuration) =>
        new SqliteConnectionContextFactory(configuration, this);

    internal QueueFileOptions ToFileOptions() => new(Database!)
    {
        SynchronousFull = Synchronous is not SqliteSynchronous.Normal,
        LockTimeout = LockTimeout,
        PageSize = PageSize,
    };
}
