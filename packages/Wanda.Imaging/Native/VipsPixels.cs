using System.Numerics;
using Wanda.Imaging.Pixels;

namespace Wanda.Imaging.Native;

/// <summary>An image that libvips decodes while its rows are read from the first to the last.</summary>
internal sealed unsafe class VipsPixels : IPixelSource<ushort>, IPixelSource<float>, IDisposable
{
    private readonly nint _source;
    private readonly nint _image;
    private readonly int _bands;

    public VipsPixels(string path)
    {
        _source = Vips.OpenSource(path);
        if (_source == 0)
            throw Damaged();
        _image = Vips.OpenImage(_source, "[access=sequential]", 0);
        if (_image == 0)
        {
            Vips.Release(_source);
            throw Damaged();
        }

        (_bands, Format) = (Vips.Bands(_image), Vips.Format(_image));
        Shape = new FrameShape(Vips.Width(_image), Vips.Height(_image), _bands >= 3 ? ChannelLayout.Interleaved : ChannelLayout.Mono);
    }

    public int Format { get; }

    public FrameShape Shape { get; }

    public bool IsRandomAccess => false;

    public void Read(int plane, int firstRow, Span<ushort> samples)
    {
        if (Format == Vips.FormatUChar)
            Fetch<byte, ushort>(firstRow, samples);
        else
            Fetch<ushort, ushort>(firstRow, samples);
    }

    public void Read(int plane, int firstRow, Span<float> samples) => Fetch<float, float>(firstRow, samples);

    public void Dispose()
    {
        Vips.Release(_image);
        Vips.Release(_source);
    }

    // Bands beyond red, green and blue, or beyond grey, are transparency: left out.
    private void Fetch<TFrom, TTo>(int firstRow, Span<TTo> samples)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        var used = Shape.Step;
        var pixels = samples.Length / used;
        // libvips aborts the process when a region is used by another thread than the one that made it: one for each call.
        var region = Vips.NewRegion(_image);
        var memory = Vips.Fetch(region, 0, firstRow, Shape.Width, pixels / Shape.Width, out var length);
        Vips.Release(region);
        if (memory == 0)
            throw Damaged();
        var decoded = new ReadOnlySpan<TFrom>((void*)memory, (int)length / sizeof(TFrom));
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            for (var band = 0; band < used; band++)
                samples[pixel * used + band] = TTo.CreateTruncating(decoded[pixel * _bands + band]);
        }

        Vips.Free(memory);
    }

    public static NoPreviewException Damaged() => new(NoPreviewReason.Damaged, $"the image cannot be decoded: {Vips.Error()}");
}
