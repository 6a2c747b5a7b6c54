using MassTransit.Contracts.JobService;
using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Specs;

public sealed class Job_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_job_consumer_runs_its_jobs_and_tells_when_they_are_done()
    {
        await using var bus = await TestBus.StartAsync(_folder.File("q.db"), register: x =>
        {
            x.SetInMemorySagaRepositoryProvider();
            x.AddConsumer<Archive>();
            x.AddConsumer<Done>();
            x.AddJobSagaStateMachines();
        });
        await using var scope = bus.Services.CreateAsyncScope();
        await bus.Bus.Publish<SubmitJob<Ping>>(new { JobId = NewId.NextGuid(), Job = new Ping(7) });
        var inbox = bus.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<string>().Contains("completed"), "the job");
        Assert.Equal(["archived 7", "completed"], inbox.Of<string>());
    }

    internal sealed class Archive(Inbox inbox) : IJobConsumer<Ping>
    {
        public Task Run(JobContext<Ping> context)
        {
            inbox.Add($"archived {context.Job.Number}");
            return Task.CompletedTask;
        }
    }

    internal sealed class Done(Inbox inbox) : IConsumer<JobCompleted>
    {
        public Task Consume(ConsumeContext<JobCompleted> context)
        {
            inbox.Add("completed");
            return Task.CompletedTask;
        }
    }
}
