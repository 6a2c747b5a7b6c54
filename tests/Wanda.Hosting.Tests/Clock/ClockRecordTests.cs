using Wanda.Catalog;

namespace Wanda.Hosting.Tests.Clock;

public sealed class ClockRecordTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-clock-").FullName;
    private readonly SettableClock _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>It is asked several times a frame; each record is a write and an fsync.</summary>
    [Fact]
    public async Task The_newest_time_goes_on_record_by_the_minute_and_not_at_every_question()
    {
        await using var catalogue = await Catalogue.OpenAsync(Path.Combine(_folder, "catalogue.db"), TimeProvider.System, default);
        var trust = new ClockTrust(new ClockOptions(), catalogue, _clock, () => true);
        var began = _clock.Now;
        foreach (var (seconds, recorded) in ((int, int)[])[(0, 0), (59, 0), (60, 60), (90, 60), (121, 121)])
        {
            _clock.Now = began.AddSeconds(seconds);
            Assert.Null(await trust.ProblemAsync(default));
            Assert.Equal(began.AddSeconds(recorded), await catalogue.Node.NewestTimeAsync(default));
        }
    }

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
