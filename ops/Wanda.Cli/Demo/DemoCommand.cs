using System.CommandLine;
using Wanda.Cli.Up;
using Wanda.Cli.Verbs;
using Wanda.Hosting;

namespace Wanda.Cli.Demo;

/// <summary><c>wanda demo</c>: a whole short night, by itself, in a folder of its own.</summary>
internal static class DemoCommand
{
    private const int DefaultFrames = 24;

    public static Command Create()
    {
        var data = ParsedOption.Text("--data", "The demo's own folder.", "wanda-demo", t => !string.IsNullOrWhiteSpace(t), "a folder");
        var frames = ParsedOption.Count("--frames", $"Frames of the simulated camera. Default {DefaultFrames}; with --watch none.");
        var interval = ParsedOption.Seconds("--interval", "From one exposure's start to the next.", TimeSpan.FromSeconds(2));
        var exposure = ParsedOption.Seconds("--exposure", "How long a frame is exposed.", TimeSpan.FromSeconds(1));
        var size = ParsedOption.Text("--size", "Frame size in pixels, WIDTHxHEIGHT.", "1280x1024", WandaOptionsValidator.IsFrameSize,
            WandaOptionsValidator.FrameSizes);
        var bayer = new Option<bool>("--bayer") { Description = "Make colour (RGGB) frames." };
        var watch = ParsedOption.Text(
            "--watch", "Take copies of the frames that are, or arrive, in this folder. It is never touched.", null,
            Directory.Exists, "a folder that exists");
        var adopt = new Option<bool>("--adopt")
        {
            Description = "With --watch of a folder below the demo's own: what arrives is removed from it once the demo's server has it.",
            Hidden = true,
        };
        var listen = ParsedOption.Text("--listen", "Where the console listens.", "http://127.0.0.1:8080", ParsedOption.IsLoopback,
            "\"http://127.0.0.1:8080\"; the demo is for this machine alone");
        var exit = new Option<bool>("--exit-when-settled")
        {
            Description = "End when every frame is proven and released, with exit code 0.",
        };
        var timeout = ParsedOption.Seconds("--timeout",
            "With --exit-when-settled: when it gives up, with exit code 1.", TimeSpan.FromMinutes(10));
        var part = new Option<Roles?>("--part")
        {
            Description = "Run only this part of the demo's node in this process; start the pinning server with 'wanda pinning-server'.",
            Hidden = true,
        };
        var command = new Command("demo",
            "Run a short night by itself: camera, queue, previews, CIDs, pinning server, proofs, release, console.")
        {
            data, frames, interval, exposure, size, bayer, watch, adopt, listen, exit, timeout, part,
        };
        command.SetAction((result, cancellationToken) => new DemoRun(new DemoRequest
        {
            Data = result.GetValue(data)!,
            Frames = result.GetValue(frames) ?? (result.GetValue(watch) is null ? DefaultFrames : 0),
            Interval = result.GetValue(interval),
            Exposure = result.GetValue(exposure),
            Size = result.GetValue(size)!,
            Bayer = result.GetValue(bayer),
            Watch = result.GetValue(watch),
            Adopt = result.GetValue(adopt),
            Listen = result.GetValue(listen)!,
            ExitWhenSettled = result.GetValue(exit),
            Timeout = result.GetValue(timeout),
            Part = result.GetValue(part),
        }, TimeProvider.System).RunAsync(cancellationToken));
        return command;
    }
}
