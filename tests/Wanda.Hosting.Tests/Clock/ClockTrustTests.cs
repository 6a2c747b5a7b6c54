using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Hosting.Tests.Clock;

public sealed class ClockTrustTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-clock-").FullName;
    private readonly JumpingTime _time = new();
    private Catalogue _catalogue = null!;
    private bool _synchronised = true;

    [Fact]
    public async Task Until_it_is_synchronised_it_is_not_believed()
    {
        _synchronised = false;
        Assert.Equal(ClockCode.NotSynchronised, (await ProblemAsync())?.Code);
        _synchronised = true;
        Assert.Null(await ProblemAsync());
    }

    [Fact]
    public async Task A_clock_that_went_back_is_not_believed_until_it_is_right_or_accepted()
    {
        Assert.Null(await ProblemAsync());
        _time.SetWrongBy(TimeSpan.FromDays(-1));
        Assert.Equal(ClockCode.WentBack, (await ProblemAsync())?.Code);
        _time.SetWrongBy(TimeSpan.Zero);
        Assert.Null(await ProblemAsync());
        _time.SetWrongBy(TimeSpan.FromDays(-1));
        await Trust().AcceptAsync(default);
        Assert.Null(await ProblemAsync());
    }

    [Fact]
    public async Task A_clock_years_ahead_that_nobody_set_is_not_believed_and_leaves_no_trace()
    {
        Assert.Null(await ProblemAsync(requireSync: false));
        _synchronised = false;
        _time.SetWrongBy(TimeSpan.FromDays(900));
        Assert.Equal(ClockCode.FarAhead, (await ProblemAsync(requireSync: false))?.Code);
        _time.SetWrongBy(TimeSpan.Zero);
        Assert.Null(await ProblemAsync(requireSync: false));
    }

    [Fact]
    public async Task A_node_that_was_off_for_three_months_goes_on()
    {
        Assert.Null(await ProblemAsync());
        _time.Advance(TimeSpan.FromDays(92));
        Assert.Null(await ProblemAsync());
    }

    [Fact]
    public async Task A_time_that_another_records_meanwhile_is_no_clock_that_went_back()
    {
        var other = new ClockTrust(new ClockOptions(), _catalogue, _time, () => true);
        var time = new InterruptedTime(_time, () => other.ProblemAsync(default));
        Assert.Null(await new ClockTrust(new ClockOptions(), _catalogue, time, () => true).ProblemAsync(default));
    }

    public async Task InitializeAsync() => _catalogue = await Catalogue.OpenAsync(Path.Combine(_folder, "catalogue.db"), _time, default);

    public async Task DisposeAsync()
    {
        await _catalogue.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private ClockTrust Trust(bool requireSync = true) =>
        new(new ClockOptions { RequireSync = requireSync }, _catalogue, _time, () => _synchronised);

    private Task<ClockProblem?> ProblemAsync(bool requireSync = true) => Trust(requireSync).ProblemAsync(default);

    /// <summary>Whoever looks at this clock is held up, and somebody else goes on.</summary>
    private sealed class InterruptedTime(JumpingTime time, Func<Task> meanwhile) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            var now = time.GetUtcNow();
            time.Advance(TimeSpan.FromMinutes(2));
            meanwhile().GetAwaiter().GetResult();
            return now;
        }
    }
}
