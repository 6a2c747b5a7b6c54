using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>What a destination gives, given up when it comes slower than <see cref="DestinationOptions.MinReadRate"/>.</summary>
/// <param name="inner">Closed with it.</param>
/// <param name="options">The destination.</param>
/// <param name="time">The clock.</param>
/// <param name="moved">Told of each piece that came.</param>
internal sealed class PacedStream(Stream inner, DestinationOptions options, TimeProvider time, Action? moved = null) : OneWayStream
{
    private readonly Pace _pace = new(options.MinReadRate.Bytes, options.Timeout);

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    /// <exception cref="DestinationDownException">It is too slow: an outage, and nothing is wrong with the copy.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var since = time.GetTimestamp();
        var count = await inner.ReadAsync(buffer, cancellationToken);
        moved?.Invoke();
        return count == 0 || _pace.Took(count, time.GetElapsedTime(since)) is not { } slow
            ? count
            : throw new DestinationDownException($"it {slow}", destination: options.Name);
    }

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
