using Wanda.Contracts;
using Wanda.Custody;

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
internal sealed class FrameFetch(FrameRetrieval retrieval, TargetFolder target)
{
    public async Task<FetchedFrame> RunAsync(CaptureRecord capture, RawName path, CancellationToken cancellationToken)
    {
        var name = path.ToString();
        try
        {
            if (await target.HashAsync(path, cancellationToken) is { } there)
            {
                return there == capture.Sha256
                    ? new FetchedFrame(FetchedFrom.Folder, 0, null, [])
                    : Missing(name, "the folder holds a different file of this name, which was left alone");
            }

            // A night may be larger than what is kept, and each byte of it would be written twice.
            await using var frame = await retrieval.OpenAsync(WantedFrame.Of(capture), keep: false, cancellationToken);
            await frame.OpenAsync(cancellationToken);
            var part = new PartFile(target.Path, capture.Id.ToString(), part => target.Place(part, path));
            return await part.CompleteAsync(frame, capture.Sha256, cancellationToken) is not null
                ? new FetchedFrame(frame.IsFromHere ? FetchedFrom.Here : FetchedFrom.Destination, frame.FetchedBytes, null, frame.Tried)
                : Missing(name, string.Join(" ", frame.Tried.Select(t => t.ToString()).Append(PartFile.NotWhatWasSaved)));
        }
        catch (RetrievalException e)
        {
            return Missing(name, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Missing(name, e.Message);
        }
    }

    private static FetchedFrame Missing(string name, string why) => new(FetchedFrom.Nowhere, 0, new MissingFrame(name, why), []);
}
