using System.Collections.Concurrent;
using MassTransit;
using MassTransit.SqlTransport.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Wanda.Hosting.Tests.Bus;

/// <summary>Law 4: only poison makes a dead letter.</summary>
public sealed class PersistedRedeliveryTests : IAsyncLifetime, IBusPart
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-bus-").FullName;
    private readonly JumpingTime _time = new();
    private readonly ConcurrentQueue<int> _seen = new();
    private Func<ConsumeContext<Work>, Task> _work = _ => Task.CompletedTask;
    private IHost? _host;

    [Fact]
    public async Task Poison_goes_to_error_with_its_cause_even_when_it_has_one()
    {
        _work = _ => throw new InvalidOperationException("around", new PoisonException("the file is gone", new IOException("inner")));
        await SendAsync();
        await Eventually.HoldsAsync(async () => (await QueueAsync()).Error == 1, "the error");
        Assert.Single(_seen);
        await Eventually.HoldsAsync(async () => (await QueueAsync("faults")).TotalEnqueued == 1, "the fault");
    }

    [Fact]
    public async Task Anything_else_comes_back_for_ever_with_a_longer_delay()
    {
        _work = _ => throw new IOException("disk");
        await SendAsync();
        const int last = 40;
        for (var tries = 1; tries <= last; tries++)
        {
            SqliteQueueInfo queue = null!;
            await Eventually.HoldsAsync(async () => _seen.Count >= tries && (queue = await QueueAsync()).Scheduled == 1, $"try {tries}");
            tries = _seen.Count; // the first delays are short, and one may have passed by itself
            var delay = queue.NextDue!.Value - _time.GetUtcNow();
            Assert.InRange(delay, tries > 9 ? TimeSpan.FromMinutes(4) : TimeSpan.Zero, TimeSpan.FromMinutes(6.1));
            // Changed before time passes: a try that is under way while it jumps would be put off from where it jumped to.
            if (tries == last)
                _work = _ => Task.CompletedTask;
            _time.Advance(delay + TimeSpan.FromSeconds(1));
        }

        await Eventually.HoldsAsync(
            async () => _seen.Count == last + 1 && await QueueAsync() is { Ready: 0, InFlight: 0, Scheduled: 0 }, "the end");
        Assert.Equal((0, 0), ((await QueueAsync()).Error, (await QueueAsync()).DeadLetter));
        // What comes back is no fault: forty stacks in the log and forty messages would tell of one outage.
        Assert.Equal(0, (await QueueAsync("faults")).TotalEnqueued);
    }

    [Fact]
    public async Task Not_now_waits_as_long_as_it_says_and_survives_a_restart()
    {
        _work = _ => throw new NotNowException("paused", TimeSpan.FromMinutes(30));
        await SendAsync();
        await Eventually.HoldsAsync(async () => (await QueueAsync()).Scheduled == 1, "the delay");
        await StopAsync();
        await StartAsync();
        _time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(1, (await QueueAsync()).Scheduled);
        Assert.Single(_seen);
        _work = _ => Task.CompletedTask;
        _time.Advance(TimeSpan.FromMinutes(1.1));
        await Eventually.HoldsAsync(
            async () => _seen.Count == 2 && await QueueAsync() is { Ready: 0, InFlight: 0, Scheduled: 0 }, "the end");
    }

    [Fact]
    public async Task Stopping_turns_nothing_into_an_error()
    {
        _work = context => Task.Delay(Timeout.InfiniteTimeSpan, _time, context.CancellationToken);
        await SendAsync();
        await Eventually.HoldsAsync(() => _seen.Count == 1, "the work");
        await StopAsync();
        _work = _ => Task.CompletedTask;
        await StartAsync();
        Assert.Equal(0, (await QueueAsync()).Error);
        _time.Advance(TimeSpan.FromMinutes(10)); // the lock of the process that is gone
        await Eventually.HoldsAsync(
            async () => _seen.Count >= 2 && await QueueAsync() is { Ready: 0, InFlight: 0, Error: 0 }, "the work again");
    }

    void IBusPart.Register(IBusRegistrationConfigurator bus)
    {
    }

    void IBusPart.Configure(IBusRegistrationContext context, ISqlBusFactoryConfigurator bus)
    {
        bus.WandaQueue(context, "work", 1, e => e.Instance(new Worker(this)));
        bus.WandaQueue(context, "faults", 1, e => e.Handler<Fault<Work>>(_ => Task.CompletedTask));
    }

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        var options = WandaConfiguration.Validated(new WandaOptions { Data = _folder });
        await builder.AddWandaNodeAsync(options, _time, default);
        builder.AddBusPart(this).AddWandaBus();
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(o =>
        {
            o.StopTimeout = TimeSpan.FromSeconds(10);
            o.ConsumerStopTimeout = TimeSpan.FromMilliseconds(200);
        });
        _host = builder.Build();
        await _host.StartAsync();
    }

    private async Task StopAsync()
    {
        if (_host is null)
            return;
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _host = null;
    }

    private async Task SendAsync() =>
        await (await _host!.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("queue:work"))).Send(new Work(1));

    private async Task<SqliteQueueInfo> QueueAsync(string name = "work") =>
        (await _host!.Services.GetRequiredService<ISqliteQueues>().FindAsync(name))!;

    public sealed record Work(int Number);

    private sealed class Worker(PersistedRedeliveryTests test) : IConsumer<Work>
    {
        public Task Consume(ConsumeContext<Work> context)
        {
            test._seen.Enqueue(context.Message.Number);
            return test._work(context);
        }
    }
}
