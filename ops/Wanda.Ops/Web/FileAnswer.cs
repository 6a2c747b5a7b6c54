using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Wanda.Ops.Web;

/// <summary>
/// Sends a file to the WANDA app's page: a picture as one, whatever could act as a page as a file to be saved, and nothing with the rights
/// of a page of ours. Ranges and tags are answered.
/// </summary>
internal sealed partial class FileAnswer(ILogger<FileAnswer> log)
{
    // What somebody uploaded, or another program wrote, is no page of ours.
    private const string Sandbox = "default-src 'none'; sandbox";

    /// <summary>Whether the asker has it already, by its tag; then that was answered.</summary>
    public static bool IsKnown(HttpContext context, string tag)
    {
        var value = new EntityTagHeaderValue($"\"{tag}\"");
        context.Response.GetTypedHeaders().ETag = value;
        // Looked at each time: names come again.
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ContentSecurityPolicy = Sandbox;
        var known = context.Request.GetTypedHeaders().IfNoneMatch;
        if (!known.Any(k => k.Tag == "*" || k.Compare(value, useStrongComparison: false)))
            return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    /// <summary>Sends it, after <see cref="IsKnown"/> said no.</summary>
    /// <param name="context">The request.</param>
    /// <param name="content">Its content, which can seek.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="asFile">Whether it is to be saved whatever it is.</param>
    /// <param name="isRaw">Whether its type is not told either.</param>
    public async Task SendAsync(HttpContext context, Stream content, string name, bool asFile = false, bool isRaw = false)
    {
        var tag = context.Response.GetTypedHeaders().ETag;
        try
        {
            var head = new byte[ContentType.HeadBytes];
            var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, context.RequestAborted);
            content.Position = 0;
            var type = isRaw ? ContentType.Unknown : ContentType.Of(name, head.AsSpan(0, length));
            if (asFile || type == ContentType.Unknown)
                context.Response.Headers.ContentDisposition = Attachment.Of(name);
            await Results.Stream(content, type, entityTag: tag, enableRangeProcessing: content.Length > 0).ExecuteAsync(context);
        }
        catch (Exception e) when (e is RetrievalException or AppException or IOException && context.Response.HasStarted)
        {
            BrokenOff(e.Message);
            context.Abort();
        }
        catch (Exception e) when (e is RetrievalException or AppException or IOException)
        {
            // An answer of another kind follows in place of the file: what describes the file would be wrong for it.
            foreach (var header in new[] { HeaderNames.ContentLength, HeaderNames.ContentRange, HeaderNames.ContentDisposition,
                HeaderNames.ETag, HeaderNames.AcceptRanges })
            {
                context.Response.Headers.Remove(header);
            }

            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A file was broken off on its way to a page: {Reason}")]
    private partial void BrokenOff(string reason);
}
