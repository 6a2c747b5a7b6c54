using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Model;

/// <summary>A queue and its model, taken through the same steps.</summary>
internal sealed class ModelRun : IDisposable
{
    private const int MaxDeliveryCount = 4;
    private static readonly TimeSpan LockDuration = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly WallClock _clock = new();
    private readonly ModelQueue _model = new(MaxDeliveryCount);
    private readonly List<TransportClient> _dead = [];
    private readonly List<(int Round, SqlTransportMessage Message)> _fetched = [];
    private TransportClient _client = null!;
    private int _sent, _round, _lives, _born;

    public async Task StartAsync() => _client = await OpenAsync();

    public async Task TakeAsync(Step step)
    {
        _model.Now = _clock.GetUtcNow();
        switch (step.Act)
        {
            case Act.Send:
                await SendAsync((short)(step.A % 3), TimeSpan.Zero);
                break;
            case Act.SendDelayed:
                await SendAsync((short)(step.A % 3), Minutes(step.B));
                break;
            case Act.Fetch:
                await FetchAsync(1 + step.A % 5);
                break;
            case Act.Complete or Act.CompleteAgain:
                await WithAsync(step, forget: step.Act is Act.Complete, async (round, message, number) =>
                    Assert.Equal(_model.Complete(number, round), await _client.CompleteAsync(message)));
                break;
            case Act.Renew:
                await WithAsync(step, forget: false, async (round, message, number) =>
                    Assert.Equal(_model.Renew(number, round, Minutes(step.B)), await _client.RenewAsync(message, Minutes(step.B))));
                break;
            case Act.Unlock or Act.UnlockDelayed:
                var delay = step.Act is Act.Unlock ? TimeSpan.Zero : Minutes(step.B);
                await WithAsync(step, forget: false, async (round, message, number) =>
                    Assert.Equal(_model.Unlock(number, round, delay), await _client.UnlockAsync(message, delay)));
                break;
            case Act.Pass:
                Pass(Minutes(step.B));
                break;
            case Act.SetAhead:
                await SetClockAsync(Hours(step.B));
                break;
            case Act.SetBack:
                await SetClockAsync(-Hours(step.B));
                break;
            case Act.Restart:
                await _client.DisposeAsync();
                _model.GiveBack(_born);
                _client = await OpenAsync();
                break;
            case Act.Crash:
                await CrashAsync();
                break;
        }
    }

    /// <summary>Waits out all locks and delays, and finishes whatever comes: what is left must be what the model has.</summary>
    public async Task DrainAsync()
    {
        do
        {
            Pass(TimeSpan.FromHours(4));
            while (await FetchAsync(100) > 0)
            {
                foreach (var (round, message) in _fetched)
                    Assert.Equal(_model.Complete(TransportClient.Number(message.BinaryBody), round), await _client.CompleteAsync(message));
                _fetched.Clear();
            }
        }
        while (_model.NextDue is not null);
        Assert.Empty(_model.Waiting);
        var dead = await _client.Queues.PeekAsync(TransportClient.Queue, SqliteQueuePart.DeadLetter, limit: 1000);
        Assert.Equal(_model.Dead, dead.Select(m => TransportClient.Number(m.Body.Span)).Order());
        await Task.WhenAll(_dead.Append(_client).Select(client => client.DisposeAsync().AsTask()));
    }

    public void Dispose() => _folder.Dispose();

    private async Task SendAsync(short priority, TimeSpan delay)
    {
        await _client.SendAsync(++_sent, priority, delay);
        _model.Send(_sent, priority, delay);
    }

    private async Task<int> FetchAsync(int limit)
    {
        _model.Now = _clock.GetUtcNow();
        var expected = _model.Fetch(limit, LockDuration, ++_round);
        var fetched = await _client.FetchAsync(limit, LockDuration);
        Assert.Equal(expected, fetched.Select(m => TransportClient.Number(m.BinaryBody)));
        _fetched.AddRange(fetched.Select(m => (_round, m)));
        return fetched.Count;
    }

    private async Task WithAsync(Step step, bool forget, Func<int, SqlTransportMessage, int, Task> work)
    {
        if (_fetched.Count == 0)
            return;
        var chosen = step.A % _fetched.Count;
        var (round, message) = _fetched[chosen];
        if (forget)
            _fetched.RemoveAt(chosen);
        await work(round, message, TransportClient.Number(message.BinaryBody));
    }

    // Whole minutes and one half: no answer depends on the milliseconds that a step takes.
    private void Pass(TimeSpan time)
    {
        _clock.Pass(time + TimeSpan.FromSeconds(30));
        _model.Now = _clock.GetUtcNow();
    }

    private async Task SetClockAsync(TimeSpan by)
    {
        _clock.Step(by);
        // The first write after it notices; what it then has to do comes before the second.
        for (var write = 0; write < 2; write++)
            Assert.False(await _client.Queues.ResumeAsync(TransportClient.Queue));
        _model.Now = _clock.GetUtcNow();
        _model.ClockSet(by);
    }

    // A quarter of a minute besides, so that no step is as long as others together.
    private static TimeSpan Hours(int number) => TimeSpan.FromHours(1 + number % 48) + TimeSpan.FromSeconds(15);

    private static TimeSpan Minutes(int number) => TimeSpan.FromMinutes(1 + number % 10);

    // The files as they are at this moment, which is what a killed process leaves; the process itself is stopped when all is over.
    private async Task CrashAsync()
    {
        var (before, after) = (Path(_lives), Path(_lives + 1));
        using (var turnstile = new SqliteTurnstile(before))
        {
            turnstile.Enter(() => { }); // no checkpoint meanwhile
            foreach (var suffix in (string[])["", "-wal"])
            {
                await using var source = new FileStream(before + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                await using var copy = File.Create(after + suffix);
                await source.CopyToAsync(copy);
            }

            turnstile.Exit();
        }

        _dead.Add(_client);
        (_lives, _born) = (_lives + 1, _round + 1);
        _client = await OpenAsync();
    }

    private string Path(int life) => _folder.File($"q{life}.db");

    private Task<TransportClient> OpenAsync() => TransportClient.StartAsync(Path(_lives), _clock, MaxDeliveryCount);
}
