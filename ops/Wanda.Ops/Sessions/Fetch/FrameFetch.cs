using Wanda.Catalog;

namespace Wanda.Ops;

/// <summary>Where a fetched frame came from.</summary>
internal enum FetchedFrom
{
    Nowhere,
    Folder,
    Here,
    Destination,
}

/// <summary>What became of one frame.</summary>
internal readonly record struct FetchedFrame(FetchedFrom From, long FetchedBytes, MissingFrame? Missing, IReadOnlyList<SourceAnswer> Tried);

/// <summary>Brings one frame into a folder.</summary>
internal sealed class FrameFetch(FrameRetrieval retrieval, string folder)
{
    public async Task<FetchedFrame> RunAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        // A name is what a path ends in, so it leads nowhere else; a hostile catalogue could still say "..".
        var name = SessionMetadata.ArchiveName(capture);
        if (!PartFile.IsName(name))
            return Missing(capture.Id.ToString(), $"'{name}' is no file name");
        var path = Path.Combine(folder, name);
        try
        {
            if (File.Exists(path))
            {
                return await PartFile.HashAsync(path, cancellationToken) == capture.Sha256
                    ? new FetchedFrame(FetchedFrom.Folder, 0, null, [])
                    : Missing(name, "the folder holds a different file of this name, which was left alone");
            }

            // A night may be larger than what is kept, and each byte of it would be written twice.
            await using var frame = await retrieval.OpenAsync(WantedFrame.Of(capture), keep: false, cancellationToken);
            await frame.OpenAsync(cancellationToken);
            return await new PartFile(path, capture.Id.ToString()).CompleteAsync(frame, capture.Sha256, cancellationToken) is not null
                ? new FetchedFrame(frame.IsFromHere ? FetchedFrom.Here : FetchedFrom.Destination, frame.FetchedBytes, null, frame.Tried)
                : Missing(name, string.Join(" ", frame.Tried.Select(t => t.ToString()).Append(PartFile.NotWhatWasSaved)));
        }
        catch (RetrievalException e)
        {
            return Missing(name, e.Message);
        }
        catch (IOException e)
        {
            return Missing(name, e.Message);
        }
    }

    private static FetchedFrame Missing(string name, string why) => new(FetchedFrom.Nowhere, 0, new MissingFrame(name, why), []);
}
