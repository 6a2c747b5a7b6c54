namespace Wanda.PinningServer;

/// <summary>
/// Bounds the uploads under way, in all and a node, so that fifty nodes at dawn starve neither each other nor the disk: whoever has none
/// gets one, whatever the others have taken.
/// </summary>
internal sealed class UploadSlots(PinningServerOptions options)
{
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _ofNode = new(StringComparer.Ordinal);
    private int _taken;

    public int Taken => Volatile.Read(ref _taken);

    public int TakenBy(string node)
    {
        lock (_lock)
            return _ofNode.GetValueOrDefault(node);
    }

    /// <summary>Takes a slot until the result is disposed.</summary>
    /// <exception cref="ApiException">429 when none is free.</exception>
    public IDisposable Take(Node node)
    {
        lock (_lock)
        {
            int own = _ofNode.GetValueOrDefault(node.Name);
            if (own >= options.MaxUploadsPerNode || (own > 0 && _taken >= options.MaxUploads))
            {
                throw new ApiException(429, "TOO_MANY_UPLOADS",
                    $"{_taken} uploads are under way, {own} of them yours; the limits are {options.MaxUploads} and "
                        + $"{options.MaxUploadsPerNode}.", ComeBack);
            }

            _ofNode[node.Name] = own + 1;
            _taken++;
            return new Slot(this, node);
        }
    }

    private void Give(Node node)
    {
        lock (_lock)
        {
            _ofNode[node.Name]--;
            _taken--;
        }
    }

    private sealed class Slot(UploadSlots slots, Node node) : IDisposable
    {
        public void Dispose() => slots.Give(node);
    }
}
