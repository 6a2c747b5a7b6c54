using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Benchmarks.Card;

/// <summary>
/// A card's free space at each of thirty mornings: the WANDA app writes a session a night into its folder, and the node beside it, on the
/// same card, sends and frees. Once with the app's files left where they are, as 0.2.0 left them, and once with them adopted.
/// </summary>
internal static class NightsBenchmark
{
    public const string Name = "card-nights";

    private const int Nights = 30;
    private const int Frames = 8;
    private const int FrameBytes = 1_500_000;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);
    private static readonly int[] Told = [1, 5, 10, 15, 20, 25, 30];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var copy = await MorningsAsync("copy", cancellationToken);
        var adopt = await MorningsAsync("adopt", cancellationToken);
        var written = (double)Frames * FrameBytes / 1e6;
        var conditions = $"{Frames} frames of {FrameBytes / 1e6} MB a night ({written:0} MB), ext4 of 2 GB, all proven on another machine "
            + "and released before each morning; the node's data on the card";
        foreach (var night in Told)
        {
            Report($"free after night {night}, take: copy", copy, night, null);
            Report($"free after night {night}, take: adopt", adopt, night, copy);
        }

        PerNight("copy", copy);
        PerNight("adopt", adopt);

        void Report(string measure, IReadOnlyList<double> mornings, int night, IReadOnlyList<double>? other) => new Measurement(measure,
            mornings[night], "MB", other is null ? $"before the first night {mornings[0]:0} MB" : $"copy {other[night]:0} MB",
            mornings[night] / (other ?? mornings)[other is null ? 0 : night], null, conditions).WriteTo(output);

        void PerNight(string take, IReadOnlyList<double> mornings)
        {
            var perNight = (mornings[0] - mornings[Nights]) / Nights;
            new Measurement($"the card loses a night, take: {take}", perNight, "MB", $"written {written:0} MB", perNight / written, null,
                conditions).WriteTo(output);
        }
    }

    /// <summary>Free MB before the first night, and after each.</summary>
    private static async Task<IReadOnlyList<double>> MorningsAsync(string take, CancellationToken cancellationToken)
    {
        using var card = new LoopCard();
        await using var machine = new OtherMachine();
        var captures = Directory.CreateDirectory(Path.Combine(card.Folder, "captures")).FullName;
        await using var node = await NodeProcess.StartAsync(card.Folder, new()
        {
            ["watch"] = new[] { new { path = captures, name = "captures", preset = "wanda-app", take, quiet = "00:00:00.3000000" } },
            ["destinations"] = new[]
            {
                new
                {
                    name = "community",
                    kind = "wanda",
                    url = machine.Url,
                    token = machine.Token,
                    sendTokenUnencrypted = true,
                    sameMachine = false,
                    failureDomain = "community",
                },
            },
            ["release"] = new { when = "proven", interval = "00:00:01" },
            ["archive"] = new { interval = "00:00:10" },
            ["reconcile"] = new { interval = "00:00:20" },
            ["storage"] = new { floor = "100MB" },
        }, cancellationToken);
        var evening = new DateTimeOffset(TimeProvider.System.GetUtcNow().Date.AddDays(-Nights - 1).AddHours(21), TimeSpan.Zero);
        List<double> mornings = [Free()];
        for (var night = 1; night <= Nights; night++)
        {
            await WriteNightAsync(captures, evening.AddDays(night - 1), cancellationToken);
            var frames = night * Frames;
            await NodeProcess.UntilAsync(() => Task.FromResult(
                node.Count("SELECT count(*) FROM captures WHERE kind = 'Frame' AND released_at IS NOT NULL") == frames), cancellationToken);
            // An original that is looked at again in a minute is the next morning's here, where a night takes seconds.
            var released = Stopwatch.GetTimestamp();
            await NodeProcess.UntilAsync(() => Task.FromResult(take == "copy" || IsEmpty(captures)
                || (night < Nights && Stopwatch.GetElapsedTime(released) > Rest)), cancellationToken);
            mornings.Add(Free());
        }

        return mornings;

        double Free()
        {
            _ = card.Written(); // what the file system still kept for itself is on the card then
            return new DriveInfo(card.Folder).AvailableFreeSpace / 1e6;
        }
    }

    private static bool IsEmpty(string captures) => !Directory.EnumerateFiles(captures, "*.jpg", SearchOption.AllDirectories).Any();

    /// <summary>What the app leaves of a session: its images, and a JSON that is written over after each.</summary>
    private static async Task WriteNightAsync(string captures, DateTimeOffset evening, CancellationToken cancellationToken)
    {
        var name = evening.ToString("'night of' MMMM d", CultureInfo.InvariantCulture);
        var session = Directory.CreateDirectory(Path.Combine(captures, name)).FullName;
        await TellAsync(0);
        for (var n = 1; n <= Frames; n++)
        {
            await WriteAsync($"image_{n:0000}.jpg", Jpeg(), evening.AddMinutes(n));
            await TellAsync(n);
        }

        Task TellAsync(int taken) => WriteAsync("session_metadata.json", JsonSerializer.SerializeToUtf8Bytes(new
        {
            name,
            total_images = Frames,
            start_time = evening.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture),
            end_time = (string?)null,
            images_captured = taken,
            session_dir = $"captures/{name}",
            status = taken == Frames ? "completed" : "running",
        }, Indented), evening.AddMinutes(taken));

        async Task WriteAsync(string file, byte[] bytes, DateTimeOffset at)
        {
            var path = Path.Combine(session, file);
            await File.WriteAllBytesAsync(path, bytes, cancellationToken);
            File.SetLastWriteTimeUtc(path, at.UtcDateTime);
        }
    }

    private static byte[] Jpeg()
    {
        var bytes = RandomNumberGenerator.GetBytes(FrameBytes);
        byte[] head = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2];
        head.CopyTo(bytes, 0);
        bytes[^2] = 0xff;
        bytes[^1] = 0xd9;
        return bytes;
    }
}
