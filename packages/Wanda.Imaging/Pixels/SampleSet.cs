namespace Wanda.Imaging.Pixels;

/// <summary>
/// At most a million physical values spread evenly over one channel of a frame, and the extremes of all of it: median and MAD of samples
/// wider than 16 bits, with an error below a thousandth of the noise.
/// </summary>
internal sealed class SampleSet(long expected)
{
    private const int Capacity = 1 << 20;

    // An odd stride does not stay on the same columns of a Bayer pattern or of a sensor's readout.
    private readonly long _stride = Math.Max(1, expected / Capacity) | 1;
    private readonly List<float> _values = [];
    private long _next;

    public float Minimum { get; private set; } = float.PositiveInfinity;

    public float Maximum { get; private set; } = float.NegativeInfinity;

    public void Add(ReadOnlySpan<float> samples, int step)
    {
        for (var i = 0; i < samples.Length; i += step)
        {
            var value = samples[i];
            if (!float.IsFinite(value))
                continue;
            if (value < Minimum)
                Minimum = value;
            if (value > Maximum)
                Maximum = value;
            if (_next-- > 0)
                continue;
            _next = _stride - 1;
            _values.Add(value);
        }
    }

    public (double Median, double Mad) MedianAndMad()
    {
        var values = _values.ToArray();
        if (values.Length == 0)
            return (0, 0);
        Array.Sort(values);
        var median = values[values.Length / 2];
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Abs(values[i] - median);
        Array.Sort(values);
        return (median, values[values.Length / 2]);
    }

    public void Merge(SampleSet other)
    {
        _values.AddRange(other._values);
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
    }
}
