using System.Buffers;

namespace Wanda.Ipfs;

/// <summary>A file's content, read from its blocks where the position is; seekable, read-only, asynchronous reads only.</summary>
/// <remarks>
/// Made by <see cref="UnixFsReader.OpenAsync"/>. Reads throw <see cref="BlockNotFoundException"/> and <see cref="DagFormatException"/>.
/// </remarks>
public sealed class UnixFsStream : Stream
{
    private const int MaxDepth = 32;

    private readonly IBlockSource _source;
    private readonly List<Stretch> _path = []; // From the root to the leaf at hand.
    private readonly Stretch _root;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(Block.MaxBytes);
    private ReadOnlyMemory<byte> _content;
    private long _position;

    internal UnixFsStream(IBlockSource source, Cid cid, long length)
    {
        _source = source;
        _root = new(cid, 0, length, []);
    }

    // A node and the stretch of the file below it; a leaf has no children, and neither has what an inner node holds itself.
    private sealed record Stretch(Cid Cid, long Start, long Length, List<Stretch> Children)
    {
        public bool IsInner { get; init; }

        public bool Covers(long position) => position >= Start && position < Start + Length;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _root.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        if (_position >= Length || buffer.IsEmpty)
            return 0;
        while (_path is not [.., { Children.Count: 0 } last] || !last.Covers(_position))
            await StepAsync(cancellationToken).ConfigureAwait(false);
        var rest = _content[(int)(_position - _path[^1].Start)..];
        int count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Blocks are read asynchronously; call ReadAsync.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }

        base.Dispose(disposing);
    }

    // Goes up while the position lies elsewhere, then one level down towards it.
    private async ValueTask StepAsync(CancellationToken cancellationToken)
    {
        while (_path.Count > 0 && (_path[^1].Children.Count == 0 || !_path[^1].Covers(_position)))
            _path.RemoveAt(_path.Count - 1);
        var next = _path is [.., var above] ? above.Children.Find(c => c.Covers(_position))! : _root;
        if (_path.Count == MaxDepth)
            throw new DagFormatException($"The file {_root.Cid} is deeper than {MaxDepth} nodes.");
        var block = await _source.ReadAsync(next.Cid, _buffer!, cancellationToken).ConfigureAwait(false);
        var children = Children(block, next);
        _path.Add(next with { Children = children });
    }

    private List<Stretch> Children(Block block, Stretch at)
    {
        _content = block.Data;
        if (block.Cid.Codec == Codec.Raw)
            return Check(_content.Length == at.Length, at, []);
        var node = block.Cid.Codec == Codec.DagPb
            ? DagPbNode.Decode(block.Data)
            : throw new DagFormatException($"{block.Cid} is not part of a UnixFS file.");
        var file = UnixFsNode.Decode(node.Data);
        Check(file.Type is UnixFsType.File or UnixFsType.Raw, at, []);
        _content = file.Data;
        if (node.Links.Count == 0 || at.IsInner)
            return Check(_content.Length == at.Length, at, []);
        Check(_content.Length <= at.Length && file.BlockSizes.Count == node.Links.Count, at, []);
        var children = new List<Stretch>(node.Links.Count + 1);
        long start = at.Start + _content.Length, end = at.Start + at.Length;
        // Trickle DAGs keep data in inner nodes, before that of their children. It is read as a leaf of its own.
        if (!_content.IsEmpty)
            children.Add(new(at.Cid, at.Start, _content.Length, []) { IsInner = true });
        for (int i = 0; i < node.Links.Count; i++)
        {
            Check(file.BlockSizes[i] <= end - start, at, []);
            children.Add(new(node.Links[i].Cid, start, file.BlockSizes[i], []));
            start += file.BlockSizes[i];
        }

        return Check(start == end, at, children);
    }

    private static List<Stretch> Check(bool holds, Stretch at, List<Stretch> children) => holds
        ? children
        : throw new DagFormatException($"Block {at.Cid} does not hold the {at.Length} bytes of a file that its parent promises.");
}
