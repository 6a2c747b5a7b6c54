namespace Wanda.CaptureProducer.Cameras;

/// <summary>
/// Turns expected electrons into what a sensor reads: photon and read noise, then 16 bits. A table of normal deviates costs a lookup a
/// pixel.
/// </summary>
internal static class Noise
{
    /// <summary>Of reading a pixel, electrons.</summary>
    public const float Read = 4;

    private static readonly float[] Deviates = MakeDeviates();

    /// <summary>Adds noise to a row. Electrons are ADU here: a gain of one.</summary>
    public static void Apply(ReadOnlySpan<float> electrons, float pedestal, SeededRandom random, Span<ushort> samples)
    {
        ulong bits = 0;
        for (var x = 0; x < electrons.Length; x++)
        {
            // Four deviates from each 64 random bits.
            bits = (x & 3) == 0 ? random.Next() : bits >> 16;
            var signal = electrons[x];
            var value = pedestal + signal + MathF.Sqrt(signal + Read * Read) * Deviates[(ushort)bits];
            samples[x] = (ushort)Math.Clamp(value, 0f, 65535f);
        }
    }

    private static float[] MakeDeviates()
    {
        var random = new SeededRandom(65536);
        var values = new double[65536];
        for (var i = 0; i < values.Length; i += 2)
        {
            // Box and Muller.
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.Unit()));
            (values[i], values[i + 1]) = Math.SinCos(2 * Math.PI * random.Unit()) switch { var (sin, cos) => (radius * sin, radius * cos) };
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return Array.ConvertAll(values, v => (float)((v - mean) / deviation));
    }
}
