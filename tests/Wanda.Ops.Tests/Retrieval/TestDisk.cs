using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops.Tests.Retrieval;

/// <summary>A <c>folder</c> destination, and a way to put a frame into it as a node does: one CAR a frame.</summary>
internal sealed class TestDisk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-disk-");

    public DestinationOptions Options => new() { Name = "nas", Kind = "folder", Path = _folder.FullName, FailureDomain = "nas" };

    public Task PrepareAsync(WandaOptions options) => DestinationSetup.PrepareAsync(options, "nas", null, TimeProvider.System, default);

    /// <summary>Writes the CAR of a frame that has its CID, and returns its path.</summary>
    public async Task<string> TakeAsync(CaptureRecord capture, IBlockSource blocks)
    {
        var root = Cid.Parse(capture.Cid!);
        var path = Path.Combine(_folder.FullName, capture.Session.Value, $"{capture.FileName}.{root}.car");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var car = File.Create(path);
        await CarWriter.WriteAsync(car, [root], blocks.BlocksAsync(root));
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
