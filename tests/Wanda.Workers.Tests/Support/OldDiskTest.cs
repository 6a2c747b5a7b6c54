using System.Text.Json;
using Wanda.Custody;
using Wanda.Destinations.Files;
using Wanda.Hosting;

namespace Wanda.Workers.Tests.Support;

/// <summary>A node whose frames were freed by the proof of a folder that does not stay; the server takes its place.</summary>
public abstract class OldDiskTest : NodeTest, IDisposable
{
    private protected const string Old = "old";

    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("wanda-old-");

    private protected byte[] Bytes { get; } = TestFrames.Noise(700_000);

    private protected string Disk => _disk.FullName;

    protected override WandaOptions Configure(WandaOptions options)
    {
        File.WriteAllText(Path.Combine(Disk, StoreId.FileName),
            JsonSerializer.Serialize(new StoreId(options.Node, Old), JsonSerializerOptions.Web));
        return options with
        {
            Destinations = [new DestinationOptions { Name = Old, Kind = "folder", Path = Disk, FailureDomain = "shelf" }],
            Audit = options.Audit with { Sample = 0, Interval = TimeSpan.FromDays(30) }, // the test runs the rounds
        };
    }

    /// <summary>What lies there.</summary>
    private protected IEnumerable<FileInfo> Cars() => _disk.EnumerateFiles("*.car", SearchOption.AllDirectories);

    public void Dispose() => _disk.Delete(recursive: true);

    private protected DestinationOptions ServerAt(Uri address, string name) => new()
    {
        Name = name,
        Url = address.ToString(),
        TokenFile = Node.TokenFile,
        FailureDomain = "community",
        Timeout = TimeSpan.FromSeconds(20),
    };

    private protected async Task<CaptureRecord> ReleasedAsync(bool quiet = true)
    {
        var frame = await Node.SaveAsync("a.bin", Bytes);
        await Node.UntilReleasedAsync(frame);
        if (quiet)
            await Node.UntilQuietAsync();
        return frame;
    }
}
