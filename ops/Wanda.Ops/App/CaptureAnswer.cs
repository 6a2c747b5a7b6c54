using Microsoft.AspNetCore.Http;
using Wanda.Contracts;
using Wanda.Ops.Web;

namespace Wanda.Ops.App;

/// <summary>
/// A picture of the app by its name: the file where it lies, else the frame that was taken from there, in its newest version, fetched back
/// and verified from wherever it is.
/// </summary>
internal sealed class CaptureAnswer(AppFolder app, CaptureQuery captures, FrameRetrieval retrieval, FileAnswer files)
{
    /// <summary>Sends it; false, and nothing sent, when there is none.</summary>
    public async Task<bool> TrySendAsync(HttpContext context, RawName path)
    {
        var name = CaptureView.NameOf(path);
        if (OpenThere(path) is { } file)
        {
            await using (file.Content)
            {
                if (!FileAnswer.IsKnown(context, file.Tag))
                    await files.SendAsync(context, file.Content, name);
            }

            return true;
        }

        if (await captures.NamedAsync(path, context.RequestAborted) is not { Capture: var capture })
            return false;
        if (FileAnswer.IsKnown(context, capture.Sha256))
            return true;
        await using var frame = await retrieval.OpenAsync(WantedFrame.Of(capture), keep: true, context.RequestAborted);
        await frame.OpenAsync(context.RequestAborted);
        await files.SendAsync(context, frame, name);
        return true;
    }

    // What may not be read there may be here.
    private FoundFile? OpenThere(RawName path)
    {
        try
        {
            return app.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
