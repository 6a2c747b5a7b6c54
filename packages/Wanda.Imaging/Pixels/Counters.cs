namespace Wanda.Imaging.Pixels;

internal sealed class ExactCounter(int channels) : ICounter<ushort>
{
    public Histogram16[] Channels { get; } = Enumerable.Range(0, channels).Select(_ => new Histogram16()).ToArray();

    public void Count(int channel, ReadOnlySpan<ushort> samples, int step) => Channels[channel].Add(samples, step);

    public void Merge(ExactCounter other)
    {
        for (var i = 0; i < Channels.Length; i++)
            Channels[i].Merge(other.Channels[i]);
    }
}

internal sealed class SampledCounter(FrameShape shape) : ICounter<float>
{
    public SampleSet[] Channels { get; } = Enumerable.Range(0, shape.Channels).Select(_ => new SampleSet((long)shape.Width * shape.Height))
        .ToArray();

    public void Count(int channel, ReadOnlySpan<float> samples, int step) => Channels[channel].Add(samples, step);

    public void Merge(SampledCounter other)
    {
        for (var i = 0; i < Channels.Length; i++)
            Channels[i].Merge(other.Channels[i]);
    }
}
