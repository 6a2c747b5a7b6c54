namespace Wanda.Ops;

/// <summary>
/// A frame's bytes from the first place that gives them. When one breaks off, falls silent, or sends something else, it is named and the
/// next goes on where it stopped: each byte was verified before it is handed out, so it is the same frame. A place that failed once is not
/// asked again.
/// </summary>
public sealed class RetrievedFrame : ReadingStream
{
    private readonly WantedFrame _frame;
    private readonly IReadOnlyList<FrameSource> _sources;
    private readonly FetchedBlocks? _keeper;
    private readonly Action<string> _silent;
    private readonly List<SourceAnswer> _tried = [];
    private readonly List<FrameSource> _gave = [];
    private Stream? _open;
    private FrameSource? _source;
    private int _next;
    private long? _length;
    private long _position;

    /// <param name="frame">What is wanted.</param>
    /// <param name="sources">Where, in the order to be asked.</param>
    /// <param name="keeper">Keeps what came from far; null keeps nothing.</param>
    /// <param name="silent">Told the name of a place that did not answer, other than one that does not have it.</param>
    internal RetrievedFrame(WantedFrame frame, IReadOnlyList<FrameSource> sources, FetchedBlocks? keeper, Action<string> silent) =>
        (_frame, _sources, _keeper, _silent, _length) = (frame, sources, keeper, silent, frame.Capture?.SizeBytes);

    /// <inheritdoc/>
    /// <remarks>Of a CID that is no frame's it is known once <see cref="OpenAsync"/> was through.</remarks>
    public override long Length =>
        _length ?? throw new InvalidOperationException("The size of a CID that is no frame's is known when it was opened.");

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>The places that gave it, in order.</summary>
    public IReadOnlyList<string> From => [.. Givers.Select(s => s.Name)];

    /// <summary>Whether all of it came from this node itself.</summary>
    public bool IsFromHere => Givers.All(s => s.IsHere);

    /// <summary>Bytes that came from elsewhere.</summary>
    public long FetchedBytes { get; private set; }

    /// <summary>The places that were asked in vain, and what they answered.</summary>
    public IReadOnlyList<SourceAnswer> Tried => _tried;

    /// <summary>Opens the first place that has it; reading does so by itself.</summary>
    /// <exception cref="RetrievalException">No place has it.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken) => _open ??= await NextAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="RetrievalException">No place gives the rest.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var open = _open ??= await NextAsync(cancellationToken);
            if (_position >= Length || buffer.IsEmpty)
                return 0;
            try
            {
                open.Position = _position;
                var count = await open.ReadAsync(buffer, cancellationToken);
                if (count == 0)
                    throw new EndOfStreamException($"it ended after {_position:N0} of {Length:N0} bytes.");
                _position += count;
                if (_gave.LastOrDefault() != _source)
                    _gave.Add(_source!);
                FetchedBytes += _source!.IsHere ? 0 : count;
                return count;
            }
            catch (Exception e) when (SourceAnswer.Is(e, cancellationToken))
            {
                Note(_source!, e);
                await CloseAsync();
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (_keeper is not null)
        {
            if (_length is { } length && _position >= length && FetchedBytes > 0)
                await _keeper.KeepAsync();
            await _keeper.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    // The places that bytes came from. An empty frame has no bytes: then it is the place where the frame was opened.
    private IEnumerable<FrameSource> Givers => _gave.Count > 0 || _source is null ? _gave : [_source];

    private async Task<Stream> NextAsync(CancellationToken cancellationToken)
    {
        while (_next < _sources.Count)
        {
            var source = _sources[_next++];
            try
            {
                var stream = await source.OpenAsync(_frame, cancellationToken);
                _length ??= stream.Length;
                if (stream.Length == _length)
                {
                    _source = source;
                    return stream;
                }

                await stream.DisposeAsync();
                _tried.Add(
                    new SourceAnswer(source.Name, $"what it has is {stream.Length:N0} bytes long, not {_length:N0}.", source.IsHere));
            }
            catch (Exception e) when (SourceAnswer.Is(e, cancellationToken))
            {
                Note(source, e);
            }
        }

        throw new RetrievalException(_position > 0
            ? $"{_frame.Name} broke off after {_position:N0} of {Length:N0} bytes."
            : $"{_frame.Name}{(_frame.Capture is null || _frame.Cid is null ? "" : $" ({_frame.Cid})")} was found nowhere.{Nobody()}",
            [.. _tried]);
    }

    private string Nobody() => _sources.All(s => s.IsHere)
        ? _frame.Cid is null ? " It has no CID yet, so it was never sent anywhere." : " No destination is configured that could be asked."
        : "";

    private async Task CloseAsync()
    {
        if (_open is { } open)
            await open.DisposeAsync();
        _open = null;
    }

    private void Note(FrameSource source, Exception e)
    {
        if (SourceAnswer.IsSilence(e))
            _silent(source.Name);
        _tried.Add(SourceAnswer.Of(source.Name, e, source.IsHere));
    }
}
