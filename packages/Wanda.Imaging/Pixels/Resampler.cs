namespace Wanda.Imaging.Pixels;

/// <summary>Makes a plane smaller by weighing each source pixel with the area that it covers: no star falls between two pixels.</summary>
internal static class Resampler
{
    public static float[] Shrink(float[] plane, int width, int height, int newWidth, int newHeight)
    {
        if ((width, height) == (newWidth, newHeight))
            return plane;
        var rows = new float[newWidth * height];
        for (var y = 0; y < height; y++)
            Line(plane.AsSpan(y * width, width), 1, rows.AsSpan(y * newWidth, newWidth), 1, width, newWidth);
        var result = new float[newWidth * newHeight];
        for (var x = 0; x < newWidth; x++)
            Line(rows.AsSpan(x), newWidth, result.AsSpan(x), newWidth, height, newHeight);
        return result;
    }

    private static void Line(ReadOnlySpan<float> source, int sourceStep, Span<float> target, int targetStep, int length, int newLength)
    {
        var ratio = (double)length / newLength;
        for (var i = 0; i < newLength; i++)
        {
            var (from, to) = (i * ratio, Math.Min(length, (i + 1) * ratio));
            double sum = 0;
            for (var j = (int)from; j < to; j++)
                sum += source[j * sourceStep] * (Math.Min(j + 1, to) - Math.Max(j, from));
            target[i * targetStep] = (float)(sum / ratio);
        }
    }
}
