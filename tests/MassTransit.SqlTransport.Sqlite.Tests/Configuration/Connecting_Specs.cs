using System.Buffers.Binary;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MassTransit.SqlTransport.Sqlite.Tests.Configuration;

/// <summary>The ways to name the file, as users of the other SQL providers name their databases.</summary>
public sealed class Connecting_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{0}", SqliteSynchronous.Full, 30, 4096)]
    [InlineData("Data Source={0}", SqliteSynchronous.Full, 30, 4096)]
    [InlineData("DataSource='{0}';Synchronous=normal", SqliteSynchronous.Normal, 30, 4096)]
    [InlineData("Filename={0};Lock Timeout=5;Synchronous=Full;Page Size=1024", SqliteSynchronous.Full, 5, 1024)]
    public void A_connection_string_says_where_and_how(string connectionString, SqliteSynchronous synchronous, int seconds, int pageSize)
    {
        var path = _folder.File("q.db");
        var settings = new SqliteSqlHostSettings(string.Format(System.Globalization.CultureInfo.InvariantCulture, connectionString, path));
        Assert.Equal((path, synchronous, TimeSpan.FromSeconds(seconds), pageSize),
            (settings.Database, settings.Synchronous, settings.LockTimeout, settings.PageSize));
    }

    [Theory]
    [InlineData("", "SqlTransportOptions.Database")]
    [InlineData("Synchronous=Full", "Data Source")]
    [InlineData("Data Source=q.db;Synchronous=Off", "Synchronous=Off")]
    [InlineData("Data Source=q.db;Lock Timeout=0", "Lock Timeout=0")]
    [InlineData("Data Source=q.db;Page Size=1000", "Page Size=1000")]
    [InlineData("Data Source=q.db;Pooling=true", "Pooling=true")]
    public void A_mistake_in_it_is_named(string connectionString, string named) =>
        Assert.Contains(named, Assert.Throws<ConfigurationException>(() => new SqliteSqlHostSettings(connectionString)).Message,
            StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void A_database_is_a_path_whatever_is_in_it()
    {
        var path = _folder.File("a=b; 'c\".db");
        Assert.Equal(path, new SqliteSqlHostSettings(new SqlTransportOptions { Database = path }).Database);
    }

    [Fact]
    public async Task A_new_file_gets_the_page_size_and_one_that_is_there_keeps_its_own()
    {
        var path = _folder.File("q.db");
        foreach (var asked in (int[])[1024, 8192])
        {
            await using (var queues = new SqliteQueues($"Data Source={path};Page Size={asked}"))
                await queues.ListAsync();
            var header = await File.ReadAllBytesAsync(path);
            Assert.Equal(1024, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16))); // https://sqlite.org/fileformat.html#page_size
        }
    }

    [Theory]
    [InlineData("database")]
    [InlineData("connection string")]
    [InlineData("argument")]
    [InlineData("host configurator")]
    public async Task A_bus_runs_on_the_file_however_it_is_named(string how)
    {
        var path = _folder.File("q.db");
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddOptions<SqlTransportOptions>().Configure(options =>
        {
            options.Database = how == "database" ? path : null;
            options.ConnectionString = how == "connection string" ? $"Data Source={path}" : null;
        });
        builder.Services.AddMassTransit(x =>
        {
            if (how is "database" or "connection string")
            {
                x.UsingSqlite((context, bus) => bus.ConfigureEndpoints(context));
            }
            else if (how == "argument")
            {
                x.UsingSqlite(path, (context, bus) => bus.ConfigureEndpoints(context));
            }
            else
            {
                x.UsingSqlite(_folder.File("another.db"),
                    (_, bus) => bus.UseSqlite(_folder.File("another.db"), host => host.ConnectionString = path));
            }
        });
        using var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IBus>().Publish(new Ping(1));
        await host.StopAsync();
        Assert.True(File.Exists(path));
    }
}
