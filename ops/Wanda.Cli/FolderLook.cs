using Wanda.CaptureProducer.Survey;
using Wanda.Cli.Verbs;
using Wanda.Ops;

namespace Wanda.Cli;

/// <summary>The producer's look into a folder, for the pages and the REST interface.</summary>
public sealed class FolderLook : IFolderLook
{
    /// <inheritdoc/>
    public async Task<FolderView> AtAsync(string path, CancellationToken cancellationToken) =>
        View(await Look.AtAsync(path, cancellationToken));

    internal static FolderView View(FolderSurvey found) => new()
    {
        Path = found.Path,
        Preset = found.Preset,
        Frames = found.Frames,
        Videos = found.Videos,
        Sidecars = found.Sidecars,
        Folders = found.Folders,
        Bytes = found.Bytes,
        Oldest = found.Oldest,
        Newest = found.Newest,
        Unreadable = found.Unreadable,
        HasMore = found.HasMore,
        Sampled = found.Sampled,
        SampledIncomplete = found.SampledIncomplete,
        BytesPerSecond = found.BytesPerSecond,
    };
}
