using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>The content of a copy, which closes with it.</summary>
internal sealed class CopyStream(ICopy copy, UnixFsStream content) : ReadingStream
{
    public override long Length => content.Length;

    public override long Position
    {
        get => content.Position;
        set => content.Position = value;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        content.ReadAsync(buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await copy.DisposeAsync();
        await base.DisposeAsync();
    }
}
