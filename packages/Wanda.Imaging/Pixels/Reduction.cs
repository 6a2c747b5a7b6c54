namespace Wanda.Imaging.Pixels;

/// <summary>What one worker counts: one counter a channel, filled with rows.</summary>
internal interface ICounter<T> where T : unmanaged
{
    void Count(int channel, ReadOnlySpan<T> samples, int step);
}

/// <summary>A frame made smaller by whole factors: mean of every block of cells, one plane a channel.</summary>
internal sealed record ReducedFrame(int Width, int Height, float[][] Channels);

/// <summary>
/// One pass over a frame, in bands of one row of the result, by several workers: counts every sample and averages blocks. Memory is a
/// band and the counters a worker, whatever the frame's size.
/// </summary>
internal sealed class Reduction<T>(IPixelSource<T> source, int longEdge) where T : unmanaged
{
    private readonly FrameShape _shape = source.Shape;

    public async Task<ReducedFrame> RunAsync<TCounter>(
        Func<TCounter> counter, Action<TCounter> merge, int parallelism, CancellationToken cancellationToken)
        where TCounter : ICounter<T>
    {
        var factor = Math.Max(1, Math.Max(_shape.CellsWide, _shape.CellsHigh) / longEdge);
        var (across, down) = (Math.Min(factor, _shape.CellsWide), Math.Min(factor, _shape.CellsHigh));
        var result = new ReducedFrame(_shape.CellsWide / across, _shape.CellsHigh / down, new float[_shape.Channels][]);
        for (var c = 0; c < _shape.Channels; c++)
            result.Channels[c] = new float[result.Width * result.Height];

        var bands = result.Height * _shape.Planes;
        var next = -1;
        void Work()
        {
            var mine = counter();
            var worker = new BandWorker<T>(source, across, down, result);
            for (int band; (band = Interlocked.Increment(ref next)) < bands;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                worker.Reduce(band / result.Height, band % result.Height, mine);
            }

            lock (result)
                merge(mine);
        }

        var workers = source.IsRandomAccess ? Math.Min(parallelism, bands) : 1;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(Work, cancellationToken))).ConfigureAwait(false);
        return result;
    }
}
