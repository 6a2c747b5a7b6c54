using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops.Tests.Sessions;

namespace Wanda.Ops.Tests.Retrieval;

/// <summary>A node whose frames are on a real pinning server and on a disk, and a folder to get them back into.</summary>
public abstract class RetrievalTest : IAsyncLifetime
{
    private protected string Folder { get; } = Directory.CreateTempSubdirectory("wanda-back-").FullName;

    private protected TestDestination Server { get; private set; } = null!;

    private protected TestDisk Disk { get; } = new();

    private protected TestNode Node { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Server = await TestDestination.StartAsync();
        Node = await TestNode.CreateAsync(o => Configure(o with
        {
            Destinations = [Server.Options(), Disk.Options],
            Release = o.Release with { LowWater = new ByteSize(0) },
        }));
        await Disk.PrepareAsync(Node.Options);
    }

    public virtual async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        await Server.DisposeAsync();
        Disk.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private protected virtual WandaOptions Configure(WandaOptions options) => options;

    private protected Task<FrameGetReport> GetAsync(string what, string? file = null) =>
        Node.Get<FrameGet>().ToFileAsync(what, file ?? Path.Combine(Folder, $"{Guid.NewGuid():N}.fits"), default);

    /// <summary>A released frame that the server, and the disk when it is told, have.</summary>
    private protected async Task<CaptureRecord> GoneAsync(string name, int size, bool onDisk = false)
    {
        var capture = await Node.SaveAsync(name: name, bytes: Bytes(size));
        await Server.TakeAsync(Node, capture);
        capture = (await Node.Catalogue.Captures.FindAsync(capture.Id, default))!;
        if (onDisk)
            await Disk.TakeAsync(capture, Server.Blocks);
        await Node.ReleaseAsync(capture);
        return capture;
    }

    private protected static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private protected static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
