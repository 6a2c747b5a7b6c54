using Microsoft.Extensions.Logging.Abstractions;
using Wanda.CaptureProducer.Gate;
using Wanda.Catalog;

namespace Wanda.CaptureProducer.Tests.Runs;

public sealed class SupervisorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-supervisor-").FullName;
    private readonly ManualTime _time = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Law 11. A screen takes silence for a process that is gone.</summary>
    [Fact]
    public async Task A_source_is_heard_of_from_its_start_and_while_one_frame_takes_ten_minutes()
    {
        await using var catalogue = await Catalogue.OpenAsync(Path.Combine(_folder, "catalogue.db"), _time, default);
        var account = new SourceAccount(
            "all-sky", SourceKind.Camera, "simulator", catalogue.Intake, _time, NullLogger<SourceAccount>.Instance);
        using var stop = new CancellationTokenSource();
        var running = new Supervisor(_time, NullLogger<Supervisor>.Instance)
            .RunAsync(account, token => Task.Delay(Timeout.Infinite, token), stop.Token);
        await Eventually.HoldsAsync(async () => await SeenAsync(), "the source to be introduced");
        for (var half = 0; half < 20; half++)
        {
            await _time.WhenAwaitedAsync();
            _time.Advance(SourceAccount.Heartbeat);
            await Eventually.HoldsAsync(async () => await SeenAsync(), "the source to be heard of");
        }

        // What hangs is not called running for ever; a word of its own, and it is again.
        for (var half = 0; half < 12; half++)
        {
            await _time.WhenAwaitedAsync();
            _time.Advance(SourceAccount.Heartbeat);
        }

        await Eventually.HoldsAsync(async () => await catalogue.Intake.SourcesAsync(default) is
            [{ State: SourceState.Waiting, Code: SourceCode.Silent, Reason: not null }], "the standstill");
        await account.ReportAsync(SourceState.Running, null, default);
        Assert.True(await SeenAsync());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        async Task<bool> SeenAsync() => await catalogue.Intake.SourcesAsync(default) is [{ State: SourceState.Running } source]
            && source.SeenAt == _time.GetUtcNow();
    }
}
