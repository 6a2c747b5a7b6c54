using System.Numerics;

namespace Wanda.Imaging.Fits;

/// <summary>
/// Decodes RICE_1 (FITS Standard 4.0, section 10.4.1): differences of neighbours, in blocks that share the number of bits which are stored
/// as they are, the rest in unary. Bounded by its input: what runs out or exceeds it is damage.
/// </summary>
internal ref struct RiceDecoder(ReadOnlySpan<byte> input)
{
    private readonly ReadOnlySpan<byte> _input = input;
    private long _position;

    /// <summary>Fills the samples of one tile; false when the bits run out.</summary>
    /// <param name="samples">As signed numbers of <paramref name="bytesPerSample"/> bytes.</param>
    /// <param name="bytesPerSample">BYTEPIX: 1, 2 or 4.</param>
    /// <param name="blockSize">BLOCKSIZE: samples that share their number of bits.</param>
    public bool Decode(Span<int> samples, int bytesPerSample, int blockSize)
    {
        var (splitLength, raw) = bytesPerSample switch { 1 => (3, 6), 2 => (4, 14), _ => (5, 25) };
        if (!Take(8 * bytesPerSample, out var first))
            return false;
        var last = first;
        for (var start = 0; start < samples.Length; start += blockSize)
        {
            var block = samples.Slice(start, Math.Min(blockSize, samples.Length - start));
            if (!Take(splitLength, out var split))
                return false;
            for (var i = 0; i < block.Length; i++)
            {
                uint mapped = 0;
                // Zero: all differences are zero. The highest: the block could not be made smaller.
                if (split == raw + 1u ? !Take(8 * bytesPerSample, out mapped) : split > 0 && !TakeDifference((int)split - 1, out mapped))
                    return false;
                last += (mapped & 1) != 0 ? ~(mapped >> 1) : mapped >> 1;
                block[i] = bytesPerSample switch { 1 => (byte)last, 2 => (short)last, _ => (int)last };
            }
        }

        return true;
    }

    private bool TakeDifference(int low, out uint mapped)
    {
        mapped = 0;
        uint zeros = 0;
        while (true)
        {
            var window = Peek();
            var run = BitOperations.LeadingZeroCount(window);
            if (run < 32)
            {
                zeros += (uint)run;
                _position += run + 1;
                break;
            }

            zeros += 32;
            _position += 32;
            if (_position > (long)_input.Length * 8)
                return false;
        }

        if (!Take(low, out var bits))
            return false;
        mapped = zeros << low | bits;
        return true;
    }

    private bool Take(int count, out uint value)
    {
        value = count == 0 ? 0 : Peek() >> (32 - count);
        _position += count;
        return _position <= (long)_input.Length * 8;
    }

    // The next 32 bits; zeros beyond the end.
    private readonly uint Peek()
    {
        var at = (int)Math.Min(_position >> 3, _input.Length);
        ulong bytes = 0;
        if (at + 8 <= _input.Length)
        {
            bytes = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(_input[at..]);
        }
        else
        {
            for (var i = at; i < _input.Length; i++)
                bytes |= (ulong)_input[i] << (56 - 8 * (i - at));
        }

        return (uint)(bytes << (int)(_position & 7) >> 32);
    }
}
