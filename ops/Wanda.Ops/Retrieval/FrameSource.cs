using Wanda.Catalog;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>A place that a frame may be read from, as a stream that can seek and gives no byte that was not verified.</summary>
internal abstract class FrameSource(string name, bool isHere)
{
    /// <summary>What screens call it.</summary>
    public string Name => name;

    /// <summary>Whether it is on this node: what comes from there was not fetched.</summary>
    public bool IsHere => isHere;

    /// <exception cref="IOException">It has no such frame, or does not answer.</exception>
    /// <exception cref="DagFormatException">What is under the CID is no file.</exception>
    public abstract Task<Stream> OpenAsync(WantedFrame frame, CancellationToken cancellationToken);
}

/// <summary>
/// The frame's own file, where no block store vouches for its blocks: it is hashed as a whole before its first byte is given, through the
/// handle that it is read through.
/// </summary>
internal sealed class OwnFile(StorageRoot root) : FrameSource("this node's file", isHere: true)
{
    public override async Task<Stream> OpenAsync(WantedFrame frame, CancellationToken cancellationToken)
    {
        var path = root.Resolve(frame.Capture!.Path);
        if (!File.Exists(path))
            throw new FileNotFoundException("it is not there.");
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        try
        {
            if (await PartFile.HashAsync(file, cancellationToken) != frame.Capture.Sha256)
                throw new IOException("the file here is not the one that was saved.");
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}

/// <summary>Blocks under the frame's CID, each verified when it is read.</summary>
/// <param name="source">Who has them.</param>
/// <param name="isHere">Whether that is this node.</param>
/// <param name="keeper">Told of each block that came from far; null for nobody.</param>
internal sealed class BlocksOf(ICopySource source, bool isHere, FetchedBlocks? keeper = null) : FrameSource(source.Name, isHere)
{
    public override async Task<Stream> OpenAsync(WantedFrame frame, CancellationToken cancellationToken)
    {
        var cid = frame.Cid!.Value;
        var copy = await source.OpenAsync(cid, cancellationToken);
        try
        {
            return new CopyStream(copy, await UnixFsReader.OpenAsync(keeper?.Through(copy) ?? copy, cid, cancellationToken));
        }
        catch
        {
            await copy.DisposeAsync();
            throw;
        }
    }
}
