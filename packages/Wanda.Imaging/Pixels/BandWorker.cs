using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wanda.Imaging.Pixels;

/// <summary>Reads, counts and averages the rows of one band after the other; a worker's own buffers.</summary>
internal sealed class BandWorker<T>(IPixelSource<T> source, int across, int down, ReducedFrame result) where T : unmanaged
{
    // Stays in a core's second-level cache between reading, counting and adding.
    private const int ReadBytes = 256 * 1024;

    private readonly FrameShape _shape = source.Shape;
    private readonly int _rowsPerRead = Math.Max(1, ReadBytes / (source.Shape.SamplesPerRow * Unsafe.SizeOf<T>()));
    private readonly T[] _rows =
        new T[source.Shape.SamplesPerRow * Math.Max(1, ReadBytes / (source.Shape.SamplesPerRow * Unsafe.SizeOf<T>()))];

    // Sums of columns, of even and odd rows apart for Bayer. Rows of 16 bits are fewer than 65536, so that 32 bits hold their sum.
    private readonly uint[][] _sums = [new uint[source.Shape.SamplesPerRow],
        new uint[source.Shape.Layout == ChannelLayout.Bayer ? source.Shape.SamplesPerRow : 0]];

    public void Reduce<TCounter>(int plane, int band, TCounter counter) where TCounter : ICounter<T>
    {
        foreach (var sums in _sums)
            Array.Clear(sums);
        var first = band * down * _shape.CellHeight;
        var shown = first + down * _shape.CellHeight;
        var end = band == result.Height - 1 ? _shape.Height : shown;
        for (var row = first; row < end; row += _rowsPerRead)
        {
            var samples = _rows.AsSpan(0, Math.Min(_rowsPerRead, end - row) * _shape.SamplesPerRow);
            source.Read(plane, row, samples);
            for (var i = 0; i < samples.Length / _shape.SamplesPerRow; i++)
                Take(plane, row + i, samples.Slice(i * _shape.SamplesPerRow, _shape.SamplesPerRow), row + i < shown, counter);
        }

        for (var channel = 0; channel < _shape.Channels; channel++)
        {
            if (_shape.Layout != ChannelLayout.Planar || channel == plane)
                Average(channel, band);
        }
    }

    private void Take<TCounter>(int plane, int row, ReadOnlySpan<T> samples, bool shown, TCounter counter) where TCounter : ICounter<T>
    {
        if (shown)
            Add(samples, row % _shape.CellHeight);
        switch (_shape.Layout)
        {
            case ChannelLayout.Bayer:
                counter.Count(_shape.Pattern[row % 2, 0], samples, 2);
                if (samples.Length > 1)
                    counter.Count(_shape.Pattern[row % 2, 1], samples[1..], 2);
                break;
            case ChannelLayout.Interleaved:
                for (var channel = 0; channel < 3; channel++)
                    counter.Count(channel, samples[channel..], 3);
                break;
            default:
                counter.Count(plane, samples, 1);
                break;
        }
    }

    private void Add(ReadOnlySpan<T> samples, int parity)
    {
        var sums = _sums[parity];
        if (typeof(T) == typeof(ushort))
            SampleConversion.Accumulate(MemoryMarshal.Cast<T, ushort>(samples), sums);
        else
            SampleConversion.Accumulate(MemoryMarshal.Cast<T, float>(samples), MemoryMarshal.Cast<uint, float>(sums.AsSpan()));
    }

    private void Average(int channel, int band)
    {
        var output = result.Channels[channel].AsSpan(band * result.Width, result.Width);
        output.Clear();
        var sites = 0;
        for (var parity = 0; parity < _shape.CellHeight; parity++)
        {
            for (var column = 0; column < _shape.Step; column++)
            {
                var holds = _shape.Layout switch
                {
                    ChannelLayout.Bayer => _shape.Pattern[parity, column] == channel,
                    ChannelLayout.Interleaved => column == channel,
                    _ => true,
                };
                if (!holds)
                    continue;
                sites++;
                AddColumns(_sums[parity], column, output);
            }
        }

        var scale = 1f / ((float)across * down * sites);
        foreach (ref var value in output)
            value *= scale;
    }

    private void AddColumns(uint[] sums, int first, Span<float> output)
    {
        var singles = MemoryMarshal.Cast<uint, float>(sums);
        var at = first;
        for (var x = 0; x < output.Length; x++)
        {
            double sum = 0;
            for (var i = 0; i < across; i++, at += _shape.Step)
                sum += typeof(T) == typeof(ushort) ? sums[at] : singles[at];
            output[x] += (float)sum;
        }
    }
}
