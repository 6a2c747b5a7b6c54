using Wanda.Imaging.Fits;

namespace Wanda.Imaging.Tests;

/// <summary>The README's code, compiled; Architecture.Tests holds the two equal.</summary>
internal static class ReadmeSample
{
    public static async Task RunAsync()
    {
        // What is in the file, and is all of it there?
        var inspection = await FrameFile.InspectAsync("light_0001.fits");
        if (inspection.Completeness == FrameCompleteness.Incomplete)
            Console.WriteLine(inspection.Detail);

        var fits = await FitsFile.ReadAsync("light_0001.fits");
        Console.WriteLine($"{fits.Metadata.Object}, {fits.Metadata.ExposureSeconds} s, {fits.Image?.Width} x {fits.Image?.Height}");

        // A thumbnail with the stretch that PixInsight, Siril and N.I.N.A. show, or a sentence why there is none.
        try
        {
            var thumbnail = await new ThumbnailMaker().MakeAsync("light_0001.fits", "light_0001.jpg");
            Console.WriteLine($"background {thumbnail.Statistics?.Median} ADU");
        }
        catch (NoPreviewException e)
        {
            Console.WriteLine(e.Message);
        }
    }
}
