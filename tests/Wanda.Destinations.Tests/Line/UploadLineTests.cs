using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Destinations.Tests.Line;

public sealed class UploadLineTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-line-");
    private readonly ManualTime _time = new();
    private Catalogue _catalogue = null!;

    public async Task InitializeAsync() =>
        _catalogue = await Catalogue.OpenAsync(Path.Combine(_folder.FullName, "catalogue.db"), _time, default);

    public async Task DisposeAsync()
    {
        await _catalogue.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Uploads_beside_each_other_share_the_bandwidth()
    {
        var line = Line(new DestinationOptions { Name = "a", Bandwidth = new ByteSize(10_000) });
        await line.SendingAsync(6_000_000, default); // the line was free: it goes at once, and takes ten minutes
        var second = line.SendingAsync(3_000_000, default).AsTask();
        var third = line.SendingAsync(3_000_000, default).AsTask();
        Assert.Equal(0, _time.Advance(TimeSpan.FromMinutes(8)));
        Assert.Equal(1, _time.Advance(TimeSpan.FromMinutes(3)));
        await (await Task.WhenAny(second, third).WaitAsync(Eventually.Bound));
        Assert.Equal(1, _time.Advance(TimeSpan.FromMinutes(5)));
        await Task.WhenAll(second, third).WaitAsync(Eventually.Bound);
    }

    [Fact]
    public async Task Nothing_is_saved_up_while_nothing_is_sent()
    {
        var line = Line(new DestinationOptions { Name = "a", Bandwidth = new ByteSize(10_000) });
        await line.SendingAsync(600_000, default);
        _time.Advance(TimeSpan.FromHours(1));
        await line.SendingAsync(600_000, default);
        var next = line.SendingAsync(600_000, default).AsTask();
        Assert.Equal(0, _time.Advance(TimeSpan.FromSeconds(59)));
        Assert.Equal(1, _time.Advance(TimeSpan.FromSeconds(1)));
        await next.WaitAsync(Eventually.Bound);
    }

    [Fact]
    public async Task While_a_higher_priority_sends_a_lower_one_holds_back_and_is_not_starved()
    {
        var uplink = new Uplink(_time);
        await uplink.TurnAsync(1, default);
        var lower = uplink.TurnAsync(0, default).AsTask();
        var equal = uplink.TurnAsync(1, default).AsTask();
        await equal.WaitAsync(Eventually.Bound);
        Assert.False(lower.IsCompleted); // it waits for the clock, which stands
        _time.Advance(TimeSpan.FromSeconds(3)); // the higher one sends no more
        await lower.WaitAsync(Eventually.Bound);

        // One that sends on and on lets a piece through now and then.
        await uplink.TurnAsync(1, default);
        lower = uplink.TurnAsync(0, default).AsTask();
        var began = _time.GetUtcNow();
        await Eventually.HoldsAsync(async () =>
        {
            await uplink.TurnAsync(1, default);
            _time.Advance(TimeSpan.FromSeconds(1));
            return lower.IsCompleted;
        }, "a piece of the lower one to go");
        Assert.True(_time.GetUtcNow() - began >= TimeSpan.FromSeconds(10), "held back until then");
    }

    [Fact]
    public async Task What_was_sent_is_counted_by_month_and_destination()
    {
        var line = Line(new DestinationOptions { Name = "a" });
        var month = UploadMonth.Of(_time);
        await line.SendingAsync(5_000_000, default);
        Assert.Equal(0, await _catalogue.Destinations.SentAsync("a", month, default));
        await line.SendingAsync(5_000_000, default); // enough to be put on record in the middle
        await _catalogue.Ledger.SettleAsync(default);
        Assert.Equal(10_000_000, await _catalogue.Destinations.SentAsync("a", month, default));
        await line.SendingAsync(7, default);
        line.Save();
        line.Save();
        await _catalogue.Ledger.SettleAsync(default);
        Assert.Equal(10_000_007, await _catalogue.Destinations.SentAsync("a", month, default));
        Assert.Equal(0, await _catalogue.Destinations.SentAsync("b", month, default));
        Assert.Equal(0, await _catalogue.Destinations.SentAsync("a", "1999-01", default));
    }

    private UploadLine Line(DestinationOptions options) => new(options, new Uplink(_time), _catalogue, _time);
}
