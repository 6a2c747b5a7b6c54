using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Wanda.CaptureProducer.Tests.Support;

/// <summary>
/// What a capture program on a Pi leaves in its folder: images below folders that its user named, and a file that it writes over itself
/// after each of them. Times are the machine's own, without a zone.
/// </summary>
internal sealed class CaptureApp(string root)
{
    private int _made;

    /// <summary>An image, as it lies there at last.</summary>
    /// <param name="path">Below the folder.</param>
    /// <param name="at">When it was written.</param>
    public void Image(string path, DateTime at) => Put(path, [0xFF, 0xD8, 0xFF, .. Encoding.UTF8.GetBytes($"image {++_made}")], at);

    /// <summary>What a run says of itself.</summary>
    public void Tell(
        string folder, DateTime start, int counted, string status = "running", string? directory = null, DateTime? at = null) =>
        TellText(folder, Report(folder, start, counted, status, directory), at ?? start);

    /// <summary>The same over the file that is there, now: no rename, and nothing in it for a moment.</summary>
    public void TellAgain(string folder, DateTime start, int counted, string status = "running") => RawFiles.Write(
        root, Encoding.UTF8.GetBytes($"{folder}/session_metadata.json"), Encoding.UTF8.GetBytes(Report(folder, start, counted, status)));

    /// <summary>The same, as any text.</summary>
    public void TellText(string folder, string text, DateTime at) =>
        Put($"{folder}/session_metadata.json", Encoding.UTF8.GetBytes(text), at);

    private static string Report(string folder, DateTime start, int counted, string status, string? directory = null) =>
        JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["name"] = folder,
            ["total_images"] = 20,
            ["use_current_settings"] = true,
            ["enable_tracking"] = false,
            ["total_time_hours"] = 0.5,
            ["start_time"] = Text(start),
            ["end_time"] = null,
            ["images_captured"] = counted,
            ["session_dir"] = directory ?? $"captures/{folder}",
            ["status"] = status,
        });

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    // Elsewhere first, so that nobody sees it with another time.
    private void Put(string path, byte[] bytes, DateTime at)
    {
        var file = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var apart = Path.Combine(Path.GetDirectoryName(root)!, $"apart-{++_made}");
        File.WriteAllBytes(apart, bytes);
        File.SetLastWriteTime(apart, at);
        File.Move(apart, file, overwrite: true);
    }
}
