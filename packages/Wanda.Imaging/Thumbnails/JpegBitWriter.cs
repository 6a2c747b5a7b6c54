namespace Wanda.Imaging.Thumbnails;

/// <summary>Markers, segments and entropy-coded bits of a JPEG; a 0xFF among the bits is followed by a zero.</summary>
internal sealed class JpegBitWriter(int capacity)
{
    private readonly List<byte> _bytes = new(capacity);
    private uint _bits;
    private int _count;

    public void Marker(byte code) => _bytes.AddRange([0xFF, code]);

    public void Segment(byte code, ReadOnlySpan<byte> content)
    {
        Marker(code);
        _bytes.AddRange([(byte)((content.Length + 2) >> 8), (byte)(content.Length + 2)]);
        _bytes.AddRange(content);
    }

    /// <summary>At most 16 bits at a time; fewer than 8 are pending between calls.</summary>
    public void Bits(uint value, int length)
    {
        _bits = _bits << length | value & (1u << length) - 1;
        for (_count += length; _count >= 8; _count -= 8)
        {
            var octet = (byte)(_bits >> (_count - 8));
            _bytes.Add(octet);
            if (octet == 0xFF)
                _bytes.Add(0);
        }
    }

    public void FlushBits() => Bits(0x7F, 7);

    public byte[] ToArray() => [.. _bytes];
}
