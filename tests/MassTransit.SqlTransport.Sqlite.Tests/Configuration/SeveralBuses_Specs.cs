using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Configuration;

/// <summary>Several buses in one container, as MassTransit's MultiBus makes them: on a file each or on one.</summary>
public sealed class SeveralBuses_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public interface IArchiveBus : IBus;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_has_the_file_of_the_options_with_its_name_and_an_operators_api_of_its_own()
    {
        using var host = Build(services =>
        {
            Name(services, _folder.File("q.db"));
            Name(services, _folder.File("archive.db"), nameof(IArchiveBus));
        });
        await host.StartAsync();
        await host.Services.GetRequiredService<IBus>().Publish(new Ping(1));
        await host.Services.GetRequiredService<IArchiveBus>().Publish(new Ping(2));
        var inbox = host.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<string>().Count == 2, "both messages");
        Assert.Equal(["archive 2", "first 1"], inbox.Of<string>().Order());
        var (first, archive) = (host.Services.GetRequiredService<ISqliteQueues>(),
            host.Services.GetRequiredKeyedService<ISqliteQueues>(typeof(IArchiveBus)));
        Assert.Equal(("first", "archive"), (Assert.Single(await first.ListAsync()).Name, Assert.Single(await archive.ListAsync()).Name));
        await host.StopAsync();
    }

    [Fact]
    public async Task Without_options_of_its_own_a_bus_shares_the_file_of_those_without_a_name()
    {
        using var host = Build(services => Name(services, _folder.File("q.db")));
        await host.StartAsync();
        await host.Services.GetRequiredService<IArchiveBus>().Publish(new Ping(1));
        var inbox = host.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<string>().Count == 2, "both copies");
        Assert.Equal(["archive 1", "first 1"], inbox.Of<string>().Order());
        var archive = host.Services.GetRequiredKeyedService<ISqliteQueues>(typeof(IArchiveBus));
        Assert.Equal(["archive", "first"], (await archive.ListAsync()).Select(queue => queue.Name));
        await host.StopAsync();
    }

    [Fact]
    public async Task On_one_queue_of_one_file_they_share_the_messages()
    {
        using var host = Build(services => Name(services, _folder.File("q.db")), firstQueue: "one", archiveQueue: "one");
        await host.StartAsync();
        var bus = host.Services.GetRequiredService<IBus>();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(n => bus.Publish(new Ping(n))));
        var queues = host.Services.GetRequiredService<ISqliteQueues>();
        await Wait.Until(async () => (await queues.FindAsync("one"))!.TotalCompleted == 200, "all of them");
        Assert.Equal(200, host.Services.GetRequiredService<Inbox>().Of<string>().Count);
        await host.StopAsync();
    }

    [Fact]
    public async Task Named_by_argument_each_is_on_its_own_file_and_has_its_own_health()
    {
        using var host = Build(_ => { }, firstPath: _folder.File("q.db"), archivePath: _folder.File("archive.db"));
        await host.StartAsync();
        Assert.All(["q.db", "archive.db"], name => Assert.True(File.Exists(_folder.File(name))));
        Assert.Equal("archive",
            Assert.Single(await host.Services.GetRequiredKeyedService<ISqliteQueues>(typeof(IArchiveBus)).ListAsync()).Name);
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(2, report.Entries.Count);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_start_fails_when_the_file_of_one_cannot_be_made()
    {
        using var host = Build(services =>
        {
            Name(services, _folder.File("q.db"));
            Name(services, _folder.File("missing/archive.db"), nameof(IArchiveBus));
            services.AddSqliteMigrationHostedService();
            services.AddSqliteMigrationHostedService<IArchiveBus>();
        });
        var error = await Assert.ThrowsAsync<SqliteTransportException>(() => host.StartAsync());
        Assert.Equal((SqliteTransportFailure.FolderMissing, _folder.File("missing/archive.db")), (error.Failure, error.Path));
        Assert.True(File.Exists(_folder.File("q.db")));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_yet_holds_up_no_other()
    {
        var held = _folder.File("held.db");
        using var turnstile = new SqliteTurnstile(held);
        turnstile.Enter(() => { });
        await using var waiting = new SqliteQueues(held);
        var opening = waiting.ListAsync();
        await using (var other = new SqliteQueues(_folder.File("q.db")))
            await other.ListAsync();
        Assert.False(opening.IsCompleted);
        turnstile.Exit();
        Assert.Empty(await opening);
    }

    private static void Name(IServiceCollection services, string path, string? bus = null) =>
        services.AddOptions<SqlTransportOptions>(bus).Configure(options => options.Database = path);

    private static IHost Build(
        Action<IServiceCollection> configure, string firstQueue = "first", string archiveQueue = "archive", string? firstPath = null,
        string? archivePath = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(o => o.WaitUntilStarted = true);
        builder.Services.AddSingleton<Inbox>();
        configure(builder.Services);
        builder.Services.AddMassTransit(x =>
        {
            if (firstPath is null)
                x.UsingSqlite((context, bus) => Endpoint(context, bus, firstQueue, "first"));
            else
                x.UsingSqlite(firstPath, (context, bus) => Endpoint(context, bus, firstQueue, "first"));
        });
        builder.Services.AddMassTransit<IArchiveBus>(x =>
        {
            if (archivePath is null)
                x.UsingSqlite((context, bus) => Endpoint(context, bus, archiveQueue, "archive"));
            else
                x.UsingSqlite(archivePath, (context, bus) => Endpoint(context, bus, archiveQueue, "archive"));
        });
        return builder.Build();
    }

    private static void Endpoint(IBusRegistrationContext context, ISqlBusFactoryConfigurator bus, string queue, string name) =>
        bus.ReceiveEndpoint(queue, e =>
            e.Handler<Ping>(m =>
            {
                context.GetRequiredService<Inbox>().Add($"{name} {m.Message.Number}");
                return Task.CompletedTask;
            }));
}
