namespace Wanda.Destinations;

/// <summary>A stream to a destination; each piece that goes out is announced first, which may make it wait.</summary>
/// <param name="inner">Where it goes; not closed.</param>
/// <param name="announce">Told the length of each piece, at most <see cref="Piece"/> bytes.</param>
internal sealed class MeteredStream(Stream inner, Func<int, CancellationToken, ValueTask> announce) : OneWayStream
{
    /// <summary>Small enough that a slow line shows progress with each, and that a cap is kept evenly.</summary>
    public const int Piece = 64 * 1024;

    public override bool CanWrite => true;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (; buffer.Length > 0; buffer = buffer[Math.Min(Piece, buffer.Length)..])
        {
            var piece = buffer[..Math.Min(Piece, buffer.Length)];
            await announce(piece.Length, cancellationToken);
            await inner.WriteAsync(piece, cancellationToken);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
}
