using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.Offload.Files;

/// <summary>A file at a destination, given up when it comes slower than <see cref="DestinationOptions.MinReadRate"/>. Closes <paramref name="inner"/>.</summary>
internal sealed class PacedStream(Stream inner, DestinationOptions options, TimeProvider time) : OneWayStream
{
    private readonly Pace _pace = new(options.MinReadRate.Bytes, options.Timeout);

    public override bool CanRead => true;

    public override bool CanSeek => true;

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
        return count == 0 || _pace.Took(count, time.GetElapsedTime(since)) is not { } slow ? count : throw new DestinationDownException($"{options.Name} {slow}");
    }

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
