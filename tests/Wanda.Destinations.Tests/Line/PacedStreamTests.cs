using Wanda.Hosting;

namespace Wanda.Destinations.Tests.Line;

public sealed class PacedStreamTests
{
    private readonly JumpingTime _time = new();

    [Fact]
    public async Task A_file_that_drips_is_an_outage_of_its_destination()
    {
        await using var file = new PacedStream(new Dripping(_time), new DestinationOptions { Name = "nas" }, _time);
        var down = await Assert.ThrowsAsync<DestinationDownException>(async () => await file.ReadAtLeastAsync(new byte[500], 500));
        Assert.StartsWith("nas: it gave 6 bytes in 60", down.Message);
        Assert.False(down.NeedsOperator);
    }

    [Fact]
    public async Task What_comes_is_the_file_and_the_readers_own_time_does_not_count()
    {
        await using var file = new PacedStream(new MemoryStream([1, 2, 3]), new DestinationOptions { Name = "nas" }, _time);
        file.Position = 1;
        Assert.Equal(3, file.Length);
        foreach (var expected in new byte[] { 2, 3 })
        {
            var one = new byte[1];
            Assert.Equal(1, await file.ReadAsync(one));
            Assert.Equal(expected, one[0]);
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(0, await file.ReadAsync(new byte[1]));
    }

    /// <summary>A byte every ten seconds.</summary>
    private sealed class Dripping(JumpingTime time) : MemoryStream(new byte[1000])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return base.ReadAsync(buffer[..1], cancellationToken);
        }
    }
}
