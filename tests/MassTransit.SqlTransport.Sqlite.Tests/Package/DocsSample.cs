using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

/// <summary>The code of the package's <c>docs/</c>, as it stands there.</summary>
internal static class DocsSample
{
    public interface IArchiveBus : IBus;

    public static async Task BackUpAsync(string queue, string backup, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection($"Data Source={queue};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $backup";
        command.Parameters.AddWithValue("$backup", backup);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static void AddTwoBuses(HostApplicationBuilder builder)
    {
        builder.Services.Configure<SqlTransportOptions>(options => options.Database = "/var/lib/app/queue.db");
        builder.Services.Configure<SqlTransportOptions>(nameof(IArchiveBus), options => options.Database = "/var/lib/app/archive.db");
        builder.Services.AddMassTransit(x => x.UsingSqlite((context, bus) => bus.ConfigureEndpoints(context)));
        builder.Services.AddMassTransit<IArchiveBus>(x => x.UsingSqlite((context, bus) => bus.ConfigureEndpoints(context)));
    }
}
