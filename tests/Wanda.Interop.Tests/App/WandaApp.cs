using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Wanda.Imaging;
using Wanda.Imaging.Fits;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Interop.Tests.App;

/// <summary>A picture that the app wrote: what has to be found again, whatever became of its file.</summary>
/// <param name="Folder">The session's folder below the capture folder; empty for a single capture.</param>
/// <param name="Started">The run's <c>start_time</c>; null for a single capture.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Sha256">Of its bytes.</param>
/// <param name="At">When it was closed, by the app's clock.</param>
internal sealed record AppImage(string Folder, string? Started, string Name, string Sha256, DateTimeOffset At)
{
    /// <summary>Where it lay below the capture folder.</summary>
    public string Path => Folder.Length == 0 ? Name : $"{Folder}/{Name}";

    /// <summary>When it was closed, by a clock that nobody sets.</summary>
    public long Written { get; } = TimeProvider.System.GetTimestamp();

    /// <summary>When the app began to write over it, in the same file; null while it did not.</summary>
    public long? Overwritten { get; set; }
}

/// <summary>
/// The WANDA app as far as its capture folder knows it, with a clock of its own: JPEGs in small writes over whatever has the name, on the
/// same inode; singles that are numbered by what lies there; sessions in folders by their users' names, with a JSON that is written over
/// after each image; results of writing that nobody looks at.
/// </summary>
internal sealed partial class WandaApp(string captures, Random random)
{
    private const int Write = 4096;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<AppImage> _images = [];
    private byte[]? _jpeg;

    /// <summary>The app's clock, local time without a zone, as its JSON has it.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>Every picture that was written to its end.</summary>
    public IReadOnlyList<AppImage> Images => _images;

    /// <summary>Pictures that were counted, and not written.</summary>
    public int Unwritten { get; private set; }

    /// <summary>Makes the folder, and a form for the next session in it.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(captures);
        using var folder = new TemporaryFolder();
        var fits = System.IO.Path.Combine(folder.Path, "a.fits");
        await using (var file = File.Create(fits))
        {
            var writer = await FitsWriter.StartAsync(file, 160, 120, new FitsHeader());
            var pixels = new ushort[160 * 120];
            random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()));
            await writer.WriteAsync(pixels);
            await writer.CompleteAsync();
        }

        var jpeg = new MemoryStream();
        await new ThumbnailMaker().MakeAsync(fits, jpeg);
        _jpeg = jpeg.ToArray();
        await WriteTextAsync("session_config.json", new { name = "next", total_images = 10, use_current_settings = true });
    }

    /// <summary>A single capture.</summary>
    public async Task CaptureAsync()
    {
        // Four digits are looked for: behind 9,999 the same number comes for ever.
        var last = Directory.EnumerateFiles(captures).Select(System.IO.Path.GetFileName)
            .Select(name => Single().Match(name!)).Where(m => m.Success)
            .Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();
        await WriteImageAsync("", null, $"capture_{last + 1:0000}.jpg");
    }

    /// <summary>Starts a session under a name that its user gave.</summary>
    public async Task<AppSession> StartSessionAsync(string name, int images)
    {
        var session = new AppSession(name.Trim(), images, Text(Now));
        Directory.CreateDirectory(System.IO.Path.Combine(captures, session.Name));
        await WriteMetadataAsync(session);
        return session;
    }

    /// <summary>Takes the session's next image.</summary>
    /// <param name="session">The session.</param>
    /// <param name="fails">Whether nothing is written; it counts all the same.</param>
    public async Task TakeAsync(AppSession session, bool fails = false)
    {
        session.Captured++;
        if (fails || !Directory.Exists(System.IO.Path.Combine(captures, session.Name)))
            Unwritten++;
        else
            await WriteImageAsync(session.Name, session.Started, $"image_{session.Captured:0000}.jpg");
        if (session.Captured == session.Total)
            session.Status = "completed"; // and no end_time, which a stop alone writes
        await WriteMetadataAsync(session);
    }

    /// <summary>Its user stops it.</summary>
    public Task StopAsync(AppSession session)
    {
        (session.Status, session.Ended) = ("completed", Text(Now));
        return WriteMetadataAsync(session);
    }

    private async Task WriteImageAsync(string folder, string? started, string name)
    {
        var bytes = Jpeg(random.Next(40_000, 300_000));
        var path = System.IO.Path.Combine(captures, folder, name);
        foreach (var before in _images.Where(i => i.Folder == folder && i.Name == name && File.Exists(path)))
            before.Overwritten ??= TimeProvider.System.GetTimestamp();
        // O_TRUNC on the file that is there, and some hundred small writes, as OpenCV does it.
        await using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            for (var at = 0; at < bytes.Length; at += Write)
                await file.WriteAsync(bytes.AsMemory(at, Math.Min(Write, bytes.Length - at)));
        }

        File.SetLastWriteTimeUtc(path, Now.UtcDateTime);
        _images.Add(new(folder, started, name, Convert.ToHexStringLower(SHA256.HashData(bytes)), Now));
    }

    private Task WriteMetadataAsync(AppSession session) => WriteTextAsync(
        System.IO.Path.Combine(session.Name, "session_metadata.json"), new
        {
            name = session.Name,
            total_images = session.Total,
            use_current_settings = true,
            enable_tracking = false,
            total_time_hours = (double?)null,
            start_time = session.Started,
            end_time = session.Ended,
            images_captured = session.Captured,
            session_dir = System.IO.Path.Combine("captures", session.Name),
            status = session.Status,
            mount_tracking_stopped = false,
        });

    private async Task WriteTextAsync(string name, object value)
    {
        var path = System.IO.Path.Combine(captures, name);
        if (!Directory.Exists(System.IO.Path.GetDirectoryName(path)))
            return;
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(value, Indented));
        File.SetLastWriteTimeUtc(path, Now.UtcDateTime);
    }

    /// <summary>The same small picture, with comments of random bytes that make it another, and as long as wanted.</summary>
    private byte[] Jpeg(int length)
    {
        var file = new MemoryStream(length + _jpeg!.Length);
        file.Write(_jpeg.AsSpan(0, 2));
        while (file.Length < length)
        {
            var comment = new byte[Math.Min(60_000, length)];
            random.NextBytes(comment);
            file.Write([0xFF, 0xFE, (byte)((comment.Length + 2) >> 8), (byte)(comment.Length + 2)]);
            file.Write(comment);
        }

        file.Write(_jpeg.AsSpan(2));
        return file.ToArray();
    }

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^capture_(\d{4})\.jpg$")]
    private static partial Regex Single();
}

/// <summary>One run of the app's session.</summary>
/// <param name="Name">As its user gave it, trimmed.</param>
/// <param name="Total">Images that were asked for.</param>
/// <param name="Started">Its <c>start_time</c>.</param>
internal sealed record AppSession(string Name, int Total, string Started)
{
    public int Captured { get; set; }

    /// <summary>Stays <c>running</c> when the app dies.</summary>
    public string Status { get; set; } = "running";

    public string? Ended { get; set; }
}
