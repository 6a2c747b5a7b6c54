using System.Net;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>A request body that is written piece by piece, as a test wants it: with a length that was announced, or without.</summary>
internal sealed class Body(long? length, Func<Stream, CancellationToken, Task> write) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream, default);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        write(stream, cancellationToken);

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }
}
