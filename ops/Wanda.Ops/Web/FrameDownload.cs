using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Wanda.Contracts;

namespace Wanda.Ops.Web;

/// <summary>
/// Sends a frame as it was saved, from wherever it is; ranges as well. Each byte is verified before it goes out. When no place gives the
/// rest, the connection is broken off: nobody takes a part for the frame.
/// </summary>
internal sealed partial class FrameDownload(FrameRetrieval retrieval, ILogger<FrameDownload> log)
{
    public async Task SendAsync(Guid id, HttpContext context)
    {
        var wanted = await retrieval.FindAsync(new CaptureId(id).ToString(), context.RequestAborted);
        await using var frame = await retrieval.OpenAsync(wanted, keep: true, context.RequestAborted);
        try
        {
            // The CID is the content: an unfinished download goes on where it stopped, tomorrow or from another destination.
            var tag = wanted.Cid is { } cid ? new EntityTagHeaderValue($"\"{cid}\"") : null;
            context.Response.Headers.ContentDisposition = Attachment.Of(wanted.FileName);
            await Results.Stream(frame, "application/octet-stream", entityTag: tag, enableRangeProcessing: true)
                .ExecuteAsync(context);
        }
        catch (RetrievalException e) when (context.Response.HasStarted)
        {
            BrokenOff(e.Message);
            context.Abort();
        }
        catch (RetrievalException)
        {
            // An error page follows in place of the frame: headers that describe the frame would be wrong for it.
            foreach (var header in new[] { HeaderNames.ContentLength, HeaderNames.ContentRange, HeaderNames.ContentDisposition,
                HeaderNames.ETag, HeaderNames.AcceptRanges })
            {
                context.Response.Headers.Remove(header);
            }

            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A download was broken off: {Reason}")]
    private partial void BrokenOff(string reason);
}
