using MassTransit.SqlTransport.Configuration;

namespace MassTransit.SqlTransport.Sqlite;

internal sealed class SqliteSqlHostConfigurator(SqliteSqlHostSettings settings) : SqlHostConfigurator(settings), ISqliteSqlHostConfigurator
{
    public SqliteSqlHostSettings Settings { get; } = settings;

    public override string? ConnectionString
    {
        set => Settings.ConnectionString = value;
    }

    public SqliteSynchronous Synchronous
    {
        set => Settings.Synchronous = value;
    }

    public TimeSpan LockTimeout
    {
        set => Settings.LockTimeout = value;
    }

    public int PageSize
    {
        set => Settings.PageSize = value;
    }

    public bool RaiseThreadPoolMinimum
    {
        set => Settings.RaiseThreadPoolMinimum = value;
    }

    public TimeProvider TimeProvider
    {
        set => Settings.TimeProvider = value;
    }
}
