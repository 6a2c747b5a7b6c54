using MassTransit.SqlTransport.Configuration;
using MassTransit.Transports;

namespace MassTransit.SqlTransport.Sqlite.Transport;

internal sealed class SqliteConnectionContextFactory(ISqlHostConfiguration host, SqliteSqlHostSettings settings) : ConnectionContextFactory
{
    protected override ConnectionContext CreateConnection(ITransportSupervisor<ConnectionContext> supervisor) =>
        new SqliteConnectionContext(host, settings, supervisor);
}
