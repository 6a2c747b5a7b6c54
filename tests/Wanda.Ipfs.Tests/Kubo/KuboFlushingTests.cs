using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>What a daemon tells of how it writes, and what is made of it.</summary>
public sealed class KuboFlushingTests : IAsyncLifetime
{
    private readonly KuboStandIn _daemon = new();
    private readonly KuboFlushing _flushing = new();
    private StandIn _server = null!;
    private KuboClient _kubo = null!;
    private int _status;
    private string? _started;

    public async Task InitializeAsync()
    {
        _server = await StandIn.StartAsync(context =>
        {
            if (_started is { } started && context.Request.Path == "/debug/metrics/prometheus")
                return context.Response.WriteAsync($"# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds {started}\n");
            context.Response.StatusCode = _status == 0 ? context.Response.StatusCode : _status;
            return _status == 0 ? _daemon.AnswerAsync(context) : Task.CompletedTask;
        });
        _kubo = new KuboClient(_server.Endpoint, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _kubo.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(true, "levelds", Flushing.Yes)]
    [InlineData(true, "pebbleds", Flushing.Yes)]
    [InlineData(false, "levelds", Flushing.No)]
    [InlineData(null, "levelds", Flushing.Unknown)]
    [InlineData(true, "s3ds", Flushing.Unknown)] // a plugin's: nobody knows what it promises
    [InlineData(false, "s3ds", Flushing.No)]
    public async Task A_configuration_tells(bool? sync, string store, Flushing told)
    {
        (_daemon.Sync, _daemon.Store) = (sync, store);

        var flush = await _flushing.AskAsync(_kubo);

        Assert.Equal((told, told == Flushing.Yes), (flush.Flushing, flush.Reason.Length == 0));
    }

    [Fact]
    public async Task One_whose_file_was_changed_while_it_runs_flushes_when_it_was_started_again()
    {
        (_daemon.Sync, _started) = (false, "1.7e+09");
        Assert.Equal(Flushing.No, (await _flushing.AskAsync(_kubo)).Flushing);
        _daemon.Sync = true;

        var changed = await _flushing.AskAsync(_kubo);
        _started = "1.7000001e+09";

        Assert.Equal(Flushing.No, changed.Flushing);
        Assert.Contains("start it again", changed.Reason, StringComparison.Ordinal);
        Assert.Equal(Flushing.Yes, (await _flushing.AskAsync(_kubo)).Flushing);
    }

    [Fact]
    public async Task One_that_does_not_tell_when_it_was_started_is_believed()
    {
        _daemon.Sync = false;
        Assert.Equal(Flushing.No, (await _flushing.AskAsync(_kubo)).Flushing);
        _daemon.Sync = true;

        Assert.Equal(Flushing.Yes, (await _flushing.AskAsync(_kubo)).Flushing);
    }

    [Theory]
    [InlineData(403, RemoteFailure.Denied)]
    [InlineData(503, RemoteFailure.Unavailable)]
    public async Task One_that_cannot_be_asked_is_not_answered_for(int status, RemoteFailure failure)
    {
        _status = status;

        Assert.Equal(failure, (await Assert.ThrowsAsync<RemoteException>(() => _flushing.AskAsync(_kubo))).Failure);
    }
}
