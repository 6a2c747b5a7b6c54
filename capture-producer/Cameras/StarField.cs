using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer.Cameras;

/// <summary>
/// One frame of a simulated night, made row by row from the top: the memory is that of a row and of the stars. The sky belongs to the seed;
/// seeing, drift and noise belong to the frame's number.
/// </summary>
internal sealed class StarField
{
    private const float Pedestal = 500, SkyPerSecond = 20, DarkPerSecond = 0.1f, FlatLevel = 28_000;
    private const float SkyRed = 0.85f, SkyBlue = 0.7f;
    private const int Margin = 40;

    private readonly SimulatedCameraOptions _options;
    private readonly ExposureRequest _request;
    private readonly float _seconds;
    private readonly Star[] _stars;
    private readonly ILookup<int, (int X, float Rate)> _hotPixels;
    private readonly List<Star> _crossing = [];
    private int _next;
    private int _row;

    public StarField(SimulatedCameraOptions options, ExposureRequest request, double seconds)
    {
        (_options, _request, _seconds) = (options, request, (float)seconds);
        _stars = request.Type == FrameType.Light ? [.. Stars().OrderBy(s => s.Y - s.Radius)] : [];
        _hotPixels = HotPixels().ToLookup(p => p.Y, p => (p.X, p.Rate));
    }

    /// <summary>Gives the next row.</summary>
    public void NextRow(Span<float> electrons, Span<ushort> samples)
    {
        var y = _row++;
        var (even, odd) = (Colour(y, 0, SkyRed, SkyBlue), Colour(y, 1, SkyRed, SkyBlue));
        Background(electrons, y, even, odd);
        while (_next < _stars.Length && _stars[_next].Y - _stars[_next].Radius <= y)
            _crossing.Add(_stars[_next++]);
        _crossing.RemoveAll(star => star.Y + star.Radius < y);
        foreach (var star in _crossing)
            star.AddTo(electrons, y, Colour(y, 0, star.Red, star.Blue), Colour(y, 1, star.Red, star.Blue));
        foreach (var (x, rate) in _hotPixels[y])
            electrons[x] += rate * _seconds;
        Noise.Apply(electrons, Pedestal, new SeededRandom(_options.Seed, _request.Number, y), samples);
    }

    private void Background(Span<float> row, int y, float even, float odd)
    {
        var level = _request.Type switch { FrameType.Light => SkyPerSecond * _seconds, FrameType.Flat => FlatLevel, _ => 0 };
        var dark = DarkPerSecond * _seconds;
        // Towards the lower right the glow of a town; towards the corners the optics darken.
        var slope = _request.Type == FrameType.Light ? 0.1f : 0;
        var (width, height) = ((float)_options.Width, (float)_options.Height);
        var v = y / height - 0.5f;
        for (var x = 0; x < row.Length; x++)
        {
            var u = x / width - 0.5f;
            var sky = level * (1 + slope * (u + v)) * (1 - 0.3f * (u * u + v * v));
            row[x] = dark + sky * ((x & 1) == 0 ? even : odd);
        }
    }

    // RGGB from the top left.
    private float Colour(int y, int column, float red, float blue) =>
        !_options.Bayer ? 1 : ((y & 1), column) switch { (0, 0) => red, (1, 1) => blue, _ => 1 };

    private IEnumerable<Star> Stars()
    {
        var random = new SeededRandom(_options.Seed, 1);
        var n = _request.Number;
        var (driftX, driftY) = (12 * Math.Sin(n / 40.0) + Math.Sin(n * 1.7), 9 * Math.Sin(n / 55.0 + 1) + Math.Sin(n * 2.3));
        var alpha = _options.Fwhm * (1 + 0.15 * Math.Sin(n / 25.0)) / Star.FwhmPerAlpha;
        var count = (long)_options.StarsPerMegapixel * _options.Width * _options.Height / 1_000_000;
        for (long i = 0; i < count; i++)
        {
            var x = random.Between(-Margin, _options.Width + Margin) + driftX;
            var y = random.Between(-Margin, _options.Height + Margin) + driftY;
            // Ten times fainter, eight times as many.
            var flux = Math.Min(20_000_000, 60 * Math.Pow(1 - random.Unit(), -1.1)) * _seconds;
            var warmth = random.Between(-0.35, 0.35);
            yield return new Star(x, y, 2 * flux / (Math.PI * alpha * alpha), alpha, (float)(1 + warmth), (float)(1 - warmth));
        }

        for (var i = 0; i < 3; i++)
        {
            var size = Math.Min(_options.Width, _options.Height) * random.Between(0.03, 0.08);
            var x = random.Between(0.2, 0.8) * _options.Width + driftX;
            var y = random.Between(0.2, 0.8) * _options.Height + driftY;
            yield return new Star(x, y, random.Between(2, 6) * _seconds, size, 1.3f, 0.8f);
        }
    }

    private IEnumerable<(int Y, int X, float Rate)> HotPixels()
    {
        var random = new SeededRandom(_options.Seed, 2);
        for (var left = (long)_options.Width * _options.Height / 50_000; left > 0; left--)
        {
            var (y, x) = ((int)(random.Unit() * _options.Height), (int)(random.Unit() * _options.Width));
            yield return (y, x, (float)random.Between(20, 2000));
        }
    }
}
