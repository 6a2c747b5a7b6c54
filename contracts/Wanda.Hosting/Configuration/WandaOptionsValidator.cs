using System.Text.RegularExpressions;
using Wanda.Contracts;

namespace Wanda.Hosting;

/// <summary>What is wrong with a configuration, a sentence a key.</summary>
internal static partial class WandaOptionsValidator
{
    public static IEnumerable<string> Problems(WandaOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Data))
            yield return "data: is missing. Write the folder for this node's state, as \"/var/lib/wanda\".";
        foreach (var problem in options.Cameras.SelectMany((c, i) => Camera(options, c, i)).Concat(options.Watch.SelectMany(Watched)))
            yield return problem;
        foreach (var problem in Unique("cameras", options.Cameras.Select(c => c.Name))
                     .Concat(Unique("destinations", options.Destinations.Select(d => d.Name))))
        {
            yield return problem;
        }

        foreach (var problem in Room(options))
            yield return problem;
        if (options.Ipfs.Profile is not ("unixfs-v1-2025" or "cid-v1" or "cid-v0"))
            yield return $"ipfs.profile: '{options.Ipfs.Profile}' is unknown. Write \"unixfs-v1-2025\", \"cid-v1\" or \"cid-v0\".";
        foreach (var problem in KuboValidator.Problems(options))
            yield return problem;
        foreach (var problem in options.Destinations.SelectMany(DestinationValidator.Problems))
            yield return problem;
        foreach (var inside in options.Destinations.Where(d => d.Path is { } path && Own(options).Any(own => IsWithin(path, own))))
        {
            yield return $"destinations: {inside.Name} is inside of this node's own folders. A copy beside the frame is none; write "
                + "another disk's path.";
        }

        foreach (var problem in options.Watch.SelectMany((watch, index) => Apart(options, watch, index)))
            yield return problem;
        if (options.Release.Copies < 1)
            yield return "release.copies: must be at least 1. A frame is never released without proof of another copy.";
        if (options.Release.HighWater is { } high && high.Bytes < options.Release.LowWater.Bytes)
        {
            yield return $"release.highWater: {high} is below release.lowWater ({options.Release.LowWater}). Write more than that, or "
                + "leave it out.";
        }

        if (options.Release.Nights < 0)
            yield return "release.nights: must not be negative.";
        foreach (var (key, value) in new[]
                 {
                     ("release.interval", options.Release.Interval), ("archive.interval", options.Archive.Interval),
                     ("audit.interval", options.Audit.Interval), ("audit.renewBefore", options.Audit.RenewBefore),
                     ("reconcile.interval", options.Reconcile.Interval), ("ipns.lifetime", options.Ipns.Lifetime),
                     ("clock.maxAhead", options.Clock.MaxAhead), ("expect.within", options.Expect.Within),
                 })
        {
            if (value <= TimeSpan.Zero)
                yield return Positive(key, value);
            else if (value > MaxInterval && key.EndsWith("interval", StringComparison.Ordinal))
                yield return $"{key}: {value} cannot be used. Write at most {MaxInterval.TotalDays:0} days.";
        }

        if (options.Audit.Sample is < 0 or > 100)
            yield return $"audit.sample: {options.Audit.Sample} cannot be used. Write 0 to 100.";
        if (options.Audit.Challenges is < 0 or > 100)
            yield return $"audit.challenges: {options.Audit.Challenges} cannot be used. Write 0 to 100.";
        foreach (var gateway in options.Retrieval.Gateways.Where(g => !IsWebAddress(g)))
        {
            yield return $"retrieval.gateways: '{gateway}' is no address of a gateway. Write \"https://HOST\", without a password or "
                + "a query.";
        }

        if (options.Events.Relay is { } relay && !IsWebAddress(relay))
        {
            yield return $"events.relay: '{relay}' is no address of an app. Write \"http://127.0.0.1:5000\", without a password or a "
                + "query.";
        }

        foreach (var problem in OpsValidator.Problems(options.Ops))
            yield return problem;
    }

    // A timer of the runtime cannot wait longer than 49 days.
    private static readonly TimeSpan MaxInterval = TimeSpan.FromDays(30);

    /// <summary>What a frame's size is written as.</summary>
    internal const string FrameSizes = "WIDTHxHEIGHT, each 16 to 20000 pixels, as \"1280x1024\"";

    /// <summary>Whether a text is the size of a frame.</summary>
    internal static bool IsFrameSize(string text) =>
        FrameSize.IsMatch(text) && text.Split('x').Select(int.Parse).All(side => side is >= 16 and <= 20_000);

    [GeneratedRegex("^[1-9][0-9]{0,4}x[1-9][0-9]{0,4}$")]
    private static partial Regex FrameSize { get; }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    internal static partial Regex QueueSafeName { get; }

    private static IEnumerable<string> Camera(WandaOptions options, CameraOptions camera, int index)
    {
        var key = $"cameras[{index}]";
        if (!QueueSafeName.IsMatch(camera.Name))
            yield return $"{key}.name: '{camera.Name}' cannot be used. Write 1 to 40 of a-z 0-9 -.";
        if (camera.Kind != "simulator")
        {
            // The app opens the first camera that it finds, and holds it: whoever else would is refused there, or takes it away.
            var isTheApps = options.Ops.App is not null || options.Watch.Any(w => w.Preset == WatchPreset.WandaApp);
            yield return $"{key}.kind: '{camera.Kind}' is unknown. Write \"simulator\"; "
                + (isTheApps
                    ? "this machine's camera is the WANDA app's, and 'wanda app capture' has it take a picture."
                    : "frames of other programs come in through \"watch\".");
        }

        if (!IsFrameSize(camera.Size))
            yield return $"{key}.size: '{camera.Size}' is no frame size. Write {FrameSizes}.";
        if (camera.Exposure < TimeSpan.Zero)
            yield return $"{key}.exposure: must not be negative.";
        if (camera.Interval < TimeSpan.Zero)
            yield return $"{key}.interval: must not be negative.";
        if (camera.Frames < 0)
            yield return $"{key}.frames: must not be negative; 0 goes on until the process stops.";
        if (camera.Session is not null && !SessionName.IsValid(camera.Session))
            yield return $"{key}.session: '{camera.Session}' cannot be used. Write 1 to 100 of A-Z a-z 0-9 . _ -.";
    }

    /// <summary>
    /// The floor keeps room for the databases and for the frame that is being written (law 6): one that is below either keeps neither.
    /// </summary>
    private static IEnumerable<string> Room(WandaOptions options)
    {
        var floor = options.Storage.Floor;
        if (floor.Bytes == 0)
            yield break;
        if (floor.Bytes < options.Storage.Reserve.Bytes)
        {
            yield return $"storage.floor: {floor} is below storage.reserve ({options.Storage.Reserve}), which is kept for the databases "
                + "out of the same room. Write more than that, or 0 for none.";
        }

        foreach (var camera in options.Cameras.Where(c => IsFrameSize(c.Size) && floor.Bytes < 2 * c.FrameBytes))
        {
            yield return $"storage.floor: {floor} is less than two frames of camera {camera.Name} ({new ByteSize(camera.FrameBytes)} "
                + "each). Write more than that, or 0 for none.";
        }
    }

    private static IEnumerable<string> Watched(WatchOptions watch, int index)
    {
        if (string.IsNullOrWhiteSpace(watch.Path))
            yield return $"watch[{index}].path: is missing. Write the folder that the other program saves to.";
        if (watch.Quiet < TimeSpan.Zero || watch.Quiet > TimeSpan.FromHours(1))
            yield return $"watch[{index}].quiet: {watch.Quiet} cannot be used. Write 0 to 1 hour, as \"00:00:02\".";
        if (watch.QuietDoubtful < watch.Quiet || watch.QuietDoubtful > TimeSpan.FromHours(1))
        {
            yield return $"watch[{index}].quietDoubtful: {watch.QuietDoubtful} cannot be used. Write at least quiet ({watch.Quiet}), at "
                + "most 1 hour.";
        }

        if (watch.Name is not null && !QueueSafeName.IsMatch(watch.Name))
            yield return $"watch[{index}].name: '{watch.Name}' cannot be used. Write 1 to 40 of a-z 0-9 -.";
        if (watch.AdoptExisting && watch.Take != WatchTake.Adopt)
            yield return $"watch[{index}].adoptExisting: goes with \"take\": \"adopt\" alone. Write that too, or leave it out.";
        if (watch.Take == WatchTake.Adopt && !OperatingSystem.IsLinux())
            yield return $"watch[{index}].take: \"adopt\" works on Linux alone. Write \"copy\".";
        if (watch.Metadata != MetadataPlace.Beside)
            yield break;
        if (watch.SessionsBy != SessionBy.Folder)
        {
            yield return $"watch[{index}].metadata: \"beside\" goes with \"session\": \"folder\" alone: else no folder is one session's. "
                + "Write that too, or leave it out.";
        }

        if (!OperatingSystem.IsLinux())
            yield return $"watch[{index}].metadata: \"beside\" works on Linux alone. Leave it out.";
    }

    /// <summary>What this node writes is no source: each frame would come again. Below a watched folder it is passed over.</summary>
    private static IEnumerable<string> Apart(WandaOptions options, WatchOptions watch, int index)
    {
        if (string.IsNullOrWhiteSpace(watch.Path) || string.IsNullOrWhiteSpace(options.Data))
            yield break;
        var own = options.Destinations.Select(d => d.Path).Append(options.Storage.Root ?? Path.Combine(options.Data, "frames"))
            .Where(folder => !string.IsNullOrWhiteSpace(folder)).Select(folder => Path.GetFullPath(folder!));
        var (path, data) = (Path.GetFullPath(watch.Path), Path.GetFullPath(options.Data));
        if (own.Any(folder => IsWithin(path, folder)) || (IsWithin(path, data) && IsWithin(data, path)))
        {
            yield return $"watch[{index}].path: {watch.Path} is where this node, or a destination of it, writes itself. Write the folder "
                + "that the other program saves to.";
        }
    }

    internal static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length == 0;

    private static IEnumerable<string> Own(WandaOptions options) =>
        new[] { options.Data, options.Storage.Root ?? "" }.Where(p => !string.IsNullOrWhiteSpace(p)).Select(Path.GetFullPath);

    private static bool IsWithin(string path, string folder) =>
        (Path.GetFullPath(path) + "/").StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Unique(string key, IEnumerable<string> names) =>
        names.GroupBy(n => n).Where(g => g.Count() > 1)
            .Select(g => $"{key}: the name '{g.Key}' is used {g.Count()} times. Give each its own.");

    internal static string Positive(string key, TimeSpan value) =>
        $"{key}: {value} cannot be used. Write a time above zero, as \"00:01:00\".";
}
