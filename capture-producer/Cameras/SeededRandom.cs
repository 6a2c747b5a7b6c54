namespace Wanda.CaptureProducer.Cameras;

/// <summary>
/// SplitMix64: as fast as memory, and the same on every machine and version of .NET, which System.Random does not promise.
/// </summary>
internal struct SeededRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>An own sequence for every combination of numbers.</summary>
    public SeededRandom(params ReadOnlySpan<long> seeds)
    {
        foreach (var seed in seeds)
        {
            _state ^= (ulong)seed;
            _state = Next();
        }
    }

    public ulong Next()
    {
        var z = _state += Golden;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    /// <summary>From 0 up to, but not including, 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + (high - low) * Unit();
}
