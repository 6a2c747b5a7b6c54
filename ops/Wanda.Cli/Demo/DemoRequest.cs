using System.Text.Json;
using Wanda.Cli.Up;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Demo;

/// <summary>What the command line asks of a demo.</summary>
internal sealed record DemoRequest
{
    public required string Data { get; init; }

    public required int Frames { get; init; }

    public required TimeSpan Interval { get; init; }

    public required TimeSpan Exposure { get; init; }

    public required string Size { get; init; }

    public bool Bayer { get; init; }

    public string? Watch { get; init; }

    /// <summary>Whether the watched folder is emptied by proof.</summary>
    public bool Adopt { get; init; }

    public required string Listen { get; init; }

    public bool ExitWhenSettled { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>The one part of the node to run, when each is a process of its own; null runs all of them and the server.</summary>
    public Roles? Part { get; init; }

    /// <summary>The node's configuration: a short night, impatient in everything that a real night is patient in.</summary>
    public WandaOptions ToOptions(DemoFolder folder, Uri server) => WandaConfiguration.Validated(new WandaOptions
    {
        Node = "demo",
        Data = folder.Node,
        // Two frames of the camera, as for any node, and at least 50 MB.
        Storage = new()
        {
            Floor = new ByteSize(Math.Max(50_000_000, 2 * new CameraOptions { Size = Size }.FrameBytes)),
            Reserve = ByteSize.Parse("32MB"),
        },
        Cameras = Frames <= 0 ? [] :
        [
            new CameraOptions
            {
                Name = "simulator",
                Size = Size,
                Exposure = Exposure,
                Interval = Interval,
                Bayer = Bayer,
                Frames = Frames,
                Session = "demo-night",
                Object = "Simulated field",
            },
        ],
        Watch = Watch is null ? [] :
        [
            new WatchOptions
            {
                Path = Path.GetFullPath(Watch),
                Take = Adopt ? Adopted(folder, Watch) : WatchTake.Copy,
                Quiet = TimeSpan.FromSeconds(1),
                QuietDoubtful = TimeSpan.FromSeconds(5),
            },
        ],
        Destinations =
        [
            new DestinationOptions
            {
                Name = "demo-server",
                Url = server.GetLeftPart(UriPartial.Authority),
                TokenFile = folder.TokenFile,
                FailureDomain = "demo-server",
                MinPause = TimeSpan.FromSeconds(1),
                MaxPause = TimeSpan.FromSeconds(10),
            },
        ],
        Release = new() { When = ReleaseWhen.Proven, Interval = TimeSpan.FromSeconds(2) },
        Archive = new() { Interval = TimeSpan.FromSeconds(3) },
        Reconcile = new() { Interval = TimeSpan.FromSeconds(20) },
        Clock = new() { RequireSync = false },
        Ops = new() { Listen = Listen },
        // The one place where this is set: the demo keeps to its own folder and to copies (law 2).
        IsDemo = true,
    });

    // What a demo proves is on this machine and on this disk: it frees nobody's frames but its own.
    private static WatchTake Adopted(DemoFolder folder, string watch) =>
        Path.GetFullPath(watch).StartsWith(folder.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? WatchTake.Adopt
            : throw new OpsException($"--adopt empties a folder by the demo's own proofs: take one below {folder.Root}.");

    /// <summary>Writes what <c>wanda status --data</c> and its sisters need to find the demo's stores; no secret is in it.</summary>
    public static void WriteConfiguration(DemoFolder folder, WandaOptions options) =>
        File.WriteAllText(folder.Configuration, JsonSerializer.Serialize(new
        {
            node = options.Node,
            data = options.Data,
            destinations = options.Destinations.Select(
                d => new { name = d.Name, url = d.Url, tokenFile = d.TokenFile, failureDomain = d.FailureDomain }),
            ops = new { listen = options.Ops.Listen },
            clock = new { requireSync = false },
        }, new JsonSerializerOptions { WriteIndented = true }));
}
