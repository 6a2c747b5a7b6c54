namespace Wanda.Ipfs;

/// <summary>Writes an import straight into a CAR stream.</summary>
internal sealed class CarSink(Stream stream) : IDagSink
{
    public ValueTask LeafAsync(Block block, long offset, int length, CancellationToken cancellationToken) =>
        NodeAsync(block, cancellationToken);

    public ValueTask NodeAsync(Block block, CancellationToken cancellationToken) =>
        new(CarWriter.WriteBlockAsync(stream, block, cancellationToken));
}
