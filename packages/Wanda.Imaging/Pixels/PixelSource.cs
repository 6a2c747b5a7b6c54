namespace Wanda.Imaging.Pixels;

/// <summary>How the samples of a frame become channels.</summary>
internal enum ChannelLayout
{
    Mono,

    /// <summary>One plane of 2x2 cells, each of which becomes one pixel of colour.</summary>
    Bayer,

    /// <summary>Three planes: red, green, blue.</summary>
    Planar,

    /// <summary>Red, green, blue of a pixel beside one another.</summary>
    Interleaved,
}

/// <summary>Shape of a frame. Width and height are pixels of the sensor.</summary>
internal sealed record FrameShape(int Width, int Height, ChannelLayout Layout, BayerPattern Pattern = default)
{
    public int Channels => Layout == ChannelLayout.Mono ? 1 : 3;

    public int Planes => Layout == ChannelLayout.Planar ? 3 : 1;

    public int SamplesPerRow => Layout == ChannelLayout.Interleaved ? Width * 3 : Width;

    // Distance between neighbouring samples of one channel in a row, and rows that make one row of the picture.
    public int Step => Layout switch { ChannelLayout.Bayer => 2, ChannelLayout.Interleaved => 3, _ => 1 };

    public int CellHeight => Layout == ChannelLayout.Bayer ? 2 : 1;

    // Size in cells: a Bayer frame has a quarter of its pixels in colour; an odd last row or column is left out.
    public int CellsWide => Math.Max(1, Layout == ChannelLayout.Bayer ? Width / 2 : Width);

    public int CellsHigh => Math.Max(1, Layout == ChannelLayout.Bayer ? Height / 2 : Height);
}

/// <summary>Gives a frame's rows. <typeparamref name="T"/> is ushort (exact) or float (physical values).</summary>
internal interface IPixelSource<T> where T : unmanaged
{
    FrameShape Shape { get; }

    /// <summary>Whether rows may be read in any order and by several threads.</summary>
    bool IsRandomAccess { get; }

    /// <summary>Fills <paramref name="samples"/> with whole rows of a plane, from the first row.</summary>
    void Read(int plane, int firstRow, Span<T> samples);
}

/// <summary>From what is counted (ushort) to physical values, and the range that black to white is taken from.</summary>
internal readonly record struct SampleScale(double Gain, double Offset, double Black, double White)
{
    public static SampleScale Unsigned16 { get; } = new(1, 0, 0, 65535);

    public static SampleScale Physical(double black, double white) => new(1, 0, black, white);

    public double ToPhysical(double counted) => Offset + Gain * counted;

    public double Normalize(double counted) => (ToPhysical(counted) - Black) / (White - Black);
}
