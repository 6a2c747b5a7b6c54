using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Benchmarks.Server;
using Wanda.Catalog;

namespace Benchmarks.Ipfs;

/// <summary>
/// What a Kubo of the node's own costs: the same night with the embedded store alone, with a Kubo beside it (<c>auto</c>), and with one
/// that every frame has to be in before it counts as added (<c>kubo</c>). Frames stay here, so that the disk shows all copies.
/// </summary>
internal static partial class KuboBenchmark
{
    public const string Name = "kubo";

    private const int Terminate = 15;
    private const int Frames = 108;
    private const string Size = "1024x768";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        double? embedded = null;
        foreach (var mode in new[] { "embedded", "auto", "kubo" })
        {
            var night = await RunAsync(mode, cancellationToken);
            embedded ??= night.Seconds;
            var conditions = $"{Frames} frames, {night.CapturedBytes / 1e6:0} MB, as fast as they come, ipfs.mode {mode}, proven at an "
                + "embedded pinning server";
            Report("saved to the last one proven", night.Seconds, "s", $"embedded {embedded:0.0} s", night.Seconds / embedded);
            Report("node's processor time", night.NodeCpu, "s", null, null);
            Report("Kubo's processor time", night.KuboCpu, "s", null, null);
            Report("on the node's disk and Kubo's, per byte captured", night.DiskBytes / night.CapturedBytes, "x", null, null);

            void Report(string measure, double value, string unit, string? peer, double? ratio) =>
                new Measurement($"{mode}: {measure}", value, unit, peer, ratio, night.PeakMb, conditions).WriteTo(output);
        }
    }

    private sealed record Figures(
        double Seconds, double NodeCpu, double KuboCpu, double DiskBytes, double CapturedBytes, double PeakMb);

    private static async Task<Figures> RunAsync(string mode, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("wanda-kubo-").FullName;
        await using var server = await ServerUnderTest.OursAsync(["dome"]);
        await using var kubo = mode == "embedded" ? null : await KuboUnderTest.StartAsync(sync: true);
        string file = Path.Combine(folder, "wanda.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new
        {
            data = Path.Combine(folder, "node"),
            cameras = new[]
            {
                new { name = "cam", kind = "simulator", size = Size, exposure = "00:00:00", interval = "00:00:00.01", frames = Frames },
            },
            ipfs = new { mode, kubo = new { url = kubo?.Address.AbsoluteUri } },
            destinations = new[] { new { name = "server", url = server.Address.AbsoluteUri, token = ServerUnderTest.Token + "dome" } },
            release = new { when = "never" },
            ops = new { listen = "http://127.0.0.1:0" },
        }), cancellationToken);
        using var node = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "wanda"), ["up", "--config", file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = Task.WhenAll(
            node.StandardOutput.ReadToEndAsync(cancellationToken), node.StandardError.ReadToEndAsync(cancellationToken));
        try
        {
            string catalogueFile = Path.Combine(folder, "node", "catalogue.db");
            while (!File.Exists(catalogueFile))
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            await using var catalogue = await Catalogue.OpenAsync(catalogueFile, TimeProvider.System, cancellationToken);
            double seconds = await ProvenAfterAsync(catalogue, node, said, cancellationToken);
            while (kubo is not null && await kubo.PinsAsync(cancellationToken) < Frames)
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            var captured = (await catalogue.Captures.NewestAsync(Frames, cancellationToken)).Sum(c => (double)c.SizeBytes);
            long reserve = new FileInfo(Path.Combine(folder, "node", "reserve")) is { Exists: true } kept ? kept.Length : 0;
            return new(seconds, ProcessFigures.CpuOf(node.Id), kubo?.Cpu ?? 0,
                Folder.BytesOf(folder) - reserve + (kubo?.DiskBytes ?? 0), captured, ProcessFigures.Of(node.Id).PeakBytes / 1e6);
        }
        finally
        {
            _ = Kill(node.Id, Terminate);
            await node.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> ProvenAfterAsync(
        Catalogue catalogue, Process node, Task<string[]> said, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (node.HasExited)
                throw new InvalidOperationException(string.Concat(await said));
            var events = await catalogue.Events.AfterAsync(0, 100_000, cancellationToken);
            var proven = events.Where(e => e.Kind == EventKind.Proven && Guid.TryParse(e.Subject, out _))
                .GroupBy(e => e.Subject).Select(g => g.Min(e => e.At)).ToList();
            if (proven.Count >= Frames)
                return (proven.Max() - events.Where(e => e.Kind == EventKind.Saved).Min(e => e.At)).TotalSeconds;
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
