namespace Wanda.Imaging.Pixels;

/// <summary>Counts of every 16-bit value: median, MAD and extremes are exact, for 61 megapixels as for one.</summary>
internal sealed class Histogram16
{
    private const int Values = 65536;

    // Neighbouring pixels are often equal; counted into one table, each would wait for the store of the one before.
    private readonly uint[] _even = new uint[Values];
    private readonly uint[] _odd = new uint[Values];

    public long Count { get; private set; }

    /// <summary>Counts every sample at a multiple of <paramref name="step"/>.</summary>
    public void Add(ReadOnlySpan<ushort> samples, int step)
    {
        var even = _even;
        var odd = _odd;
        var i = 0;
        if (step == 1)
        {
            for (; i + 3 < samples.Length; i += 4)
            {
                even[samples[i]]++;
                odd[samples[i + 1]]++;
                even[samples[i + 2]]++;
                odd[samples[i + 3]]++;
            }
        }

        var counted = i;
        for (; i < samples.Length; i += step)
        {
            even[samples[i]]++;
            counted++;
        }

        Count += step == 1 ? samples.Length : counted;
    }

    public void Merge(Histogram16 other)
    {
        for (var i = 0; i < Values; i++)
            _even[i] += other._even[i] + other._odd[i];
        Count += other.Count;
    }

    public int Minimum => Enumerable.Range(0, Values).First(value => At(value) > 0);

    public int Maximum => Enumerable.Range(0, Values).Last(value => At(value) > 0);

    public long CountFrom(int value) => Enumerable.Range(value, Values - value).Sum(At);

    /// <summary>The value of which half the samples are at or below.</summary>
    public int Median()
    {
        long below = 0;
        for (var value = 0; value < Values; value++)
        {
            if ((below += At(value)) * 2 >= Count)
                return value;
        }

        return Values - 1;
    }

    /// <summary>Median of the distances from a value: walks outward until half of the samples are within.</summary>
    public int MedianDistance(int from)
    {
        var within = At(from);
        for (var distance = 1; distance < Values; distance++)
        {
            if (within * 2 >= Count)
                return distance - 1;
            if (from - distance >= 0)
                within += At(from - distance);
            if (from + distance < Values)
                within += At(from + distance);
        }

        return Values - 1;
    }

    private long At(int value) => (long)_even[value] + _odd[value];
}
