using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Operator;

/// <summary>Whatever fails at the file is told as <see cref="SqliteTransportException"/>, by every way in.</summary>
public sealed class Throwing_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public Throwing_Specs() => _path = _folder.File("q.db");

    public void Dispose() => _folder.Dispose();

    public static IEnumerable<object[]> Members =>
        typeof(ISqliteQueues).GetMethods().Select(m => new object[] { m.Name, m.GetParameters().Length });

    [Theory]
    [MemberData(nameof(Members))]
    public async Task Every_member_of_the_operators_api_throws_what_it_says(string name, int parameters)
    {
        await using (var queues = new SqliteQueues(_folder.File("missing/q.db")))
        {
            Assert.Equal(SqliteTransportFailure.FolderMissing,
                (await Assert.ThrowsAsync<SqliteTransportException>(() => CallAsync(queues, name, parameters))).Failure);
        }

        await using (var queues = new SqliteQueues(_path))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => CallAsync(queues, name, parameters, new CancellationToken(canceled: true)));
            await CallAsync(queues, name, parameters);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => CallAsync(queues, name, parameters, new CancellationToken(canceled: true)));
        }

        await BreakAsync();
        await using (var queues = new SqliteQueues(_path))
        {
            var error = await Assert.ThrowsAsync<SqliteTransportException>(() => CallAsync(queues, name, parameters));
            Assert.Equal((SqliteTransportFailure.Other, _path), (error.Failure, error.Path));
            Assert.Contains("no such table", error.Message, StringComparison.Ordinal);
            await queues.DisposeAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => CallAsync(queues, name, parameters));
        }
    }

    [Fact]
    public async Task So_do_publish_and_send_and_topology()
    {
        await using var bus = await TestBus.StartAsync(_path,
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(_ => Task.CompletedTask)));
        var endpoint = await bus.EndpointOf("one");
        await bus.Bus.Publish(new Ping(1));
        await BreakAsync();
        await OtherAsync(() => bus.Bus.Publish(new Ping(2)));
        await OtherAsync(() => bus.Bus.Publish(new Pong(1))); // a topic that is to be made
        await OtherAsync(() => endpoint.Send(new Ping(2)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bus.Bus.Publish(new Ping(2), new CancellationToken(canceled: true)));

        static async Task OtherAsync(Func<Task> act) =>
            Assert.Equal(SqliteTransportFailure.Other, (await Assert.ThrowsAsync<SqliteTransportException>(act)).Failure);
    }

    /// <summary>MassTransit sends on a bus that was stopped, too; while it stops it may refuse to.</summary>
    [Fact]
    public async Task What_is_published_while_its_bus_stops_and_after_is_stored()
    {
        const int Publishers = 8, Each = 50;
        var (stored, refused) = (0, 0);
        Task publishing;
        await using (var bus = await TestBus.StartAsync(_path,
            endpoints: (_, cfg) => cfg.ReceiveEndpoint("one", e => e.Handler<Ping>(_ => Task.CompletedTask))))
        {
            await bus.Queues.PauseAsync("one", "to be counted");
            IPublishEndpoint endpoint = bus.Bus;
            publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(_ => Task.Run(async () =>
            {
                for (var n = 0; n < Each; n++)
                {
                    try
                    {
                        await endpoint.Publish(new Ping(n));
                        Interlocked.Increment(ref stored);
                    }
                    catch (ConnectionException)
                    {
                        Interlocked.Increment(ref refused);
                    }
                }
            })));
            await Wait.Until(() => Volatile.Read(ref stored) > Publishers, "the first ones");
        }

        await publishing.WaitAsync(Wait.Bound, TimeProvider.System);
        await using var queues = new SqliteQueues(_path);
        Assert.Equal(Publishers * Each, stored + refused);
        Assert.InRange((await queues.FindAsync("one"))!.Ready, stored, stored + refused);
    }

    [Fact]
    public async Task So_does_the_migrator()
    {
        var services = new ServiceCollection();
        services.AddSqliteMigrationHostedService();
        await using var provider = services.BuildServiceProvider();
        var migrator = provider.GetRequiredService<ISqlTransportDatabaseMigrator>();
        var missing = new SqlTransportOptions { Database = _folder.File("missing/q.db") };
        Assert.Equal(SqliteTransportFailure.FolderMissing,
            (await Assert.ThrowsAsync<SqliteTransportException>(() => migrator.CreateDatabase(missing))).Failure);
        Assert.Equal(SqliteTransportFailure.FolderMissing,
            (await Assert.ThrowsAsync<SqliteTransportException>(() => migrator.CreateInfrastructure(missing))).Failure);
        var kept = new SqlTransportOptions { Database = "/proc/version" }; // nobody may delete it
        Assert.Equal(SqliteTransportFailure.Io,
            (await Assert.ThrowsAsync<SqliteTransportException>(() => migrator.DeleteDatabase(kept))).Failure);
    }

    [Fact]
    public async Task A_wrong_argument_is_named_and_touches_no_file()
    {
        await using var queues = new SqliteQueues(_folder.File("missing/q.db"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("limit", () => queues.RequeueAsync("one", SqliteQueuePart.Error, limit: -1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("perSecond",
            () => queues.RequeueAsync("one", SqliteQueuePart.Error, perSecond: double.NaN));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("limit", () => queues.PeekAsync("one", SqliteQueuePart.Ready, limit: 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("offset", () => queues.PeekAsync("one", SqliteQueuePart.Ready, offset: -1));
        await Assert.ThrowsAsync<ArgumentException>("reason", () => queues.PauseAsync("one", ""));
        await Assert.ThrowsAsync<ArgumentException>("queue", () => queues.ResumeAsync(""));
    }

    // What no version of this package does to a file.
    private async Task BreakAsync()
    {
        await using var file = await SqliteFile.OpenAsync(new() { Path = _path }, TimeProvider.System, default);
        await file.WriteAsync(c => ((SqliteFileConnection)c).Run(
            "DROP VIEW queue_overview; DROP VIEW queue_message; DROP TABLE delivery; DROP TABLE queue_subscription; DROP TABLE "
                + "topic_subscription; DROP TABLE topic; DROP TABLE queue"), default);
    }

    private static Task CallAsync(ISqliteQueues queues, string name, int parameters, CancellationToken cancellationToken = default)
    {
        var method = typeof(ISqliteQueues).GetMethods().Single(m => m.Name == name && m.GetParameters().Length == parameters);
        return (Task)method.Invoke(queues, [.. method.GetParameters().Select(Argument)])!;

        object? Argument(ParameterInfo parameter) => parameter switch
        {
            { Name: "queue" } => "one",
            { Name: "reason" } => "later",
            { Name: "code" } => "ours",
            { Name: "part" } => SqliteQueuePart.Error,
            { Name: "deliveryId" } => 1L,
            { ParameterType: var type } when type == typeof(CancellationToken) => cancellationToken,
            { HasDefaultValue: true } => parameter.DefaultValue,
            { ParameterType: var type } => Activator.CreateInstance(type),
        };
    }
}
