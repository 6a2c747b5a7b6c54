using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary><c>/v0/uploads</c>: the tus protocol 1.0.0, for CARs.</summary>
/// <remarks>Source: tus.io, "tus resumable upload protocol" 1.0.0.</remarks>
internal sealed class TusEndpoints(
    ResumableUploads uploads, UploadTurns turns, UploadSlots slots, PinningServerOptions options)
{
    private const string Version = "1.0.0";
    private const string PartType = "application/offset+octet-stream";

    /// <summary><c>OPTIONS /v0/uploads</c>.</summary>
    public Task OptionsAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers["Tus-Resumable"] = Version;
        headers["Tus-Version"] = Version;
        headers["Tus-Extension"] = "creation,creation-with-upload,checksum,expiration,termination";
        headers["Tus-Checksum-Algorithm"] = PartChecksum.Algorithms;
        if (options.MaxUploadBytes is { } most)
            headers["Tus-Max-Size"] = Text(most); // Otherwise it is each node's quota.
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>
    /// <c>POST /v0/uploads</c>: 201 with <c>Location</c>, or 200 with that of the open upload that was begun earlier. A first part may come
    /// with it.
    /// </summary>
    public async Task CreateAsync(HttpContext context)
    {
        Speak(context);
        long length = Number(context.Request, "Upload-Length") is { } l and > 0
            ? l
            : throw ApiException.BadRequest("Upload-Length is missing or 0; a length that comes later (Upload-Defer-Length) is not taken.");
        string metadata = context.Request.Headers["Upload-Metadata"].ToString();
        if (metadata.Length > UploadMetadata.MaxLength)
            throw ApiException.BadRequest($"Upload-Metadata has at most {UploadMetadata.MaxLength} characters.");
        bool hasPart = context.Request.ContentType == PartType;
        if (hasPart)
            RequireFits(context.Request, length);
        var (upload, created) = await uploads.OpenAsync(context.Caller(), length, metadata, context.RequestAborted);
        if (hasPart && upload.Stored == 0)
            upload = await TakeFirstPartAsync(context, upload); // Otherwise the caller is told where to go on.
        if (!hasPart)
            await RequireSlotAsync(context.Caller(), upload, created);
        context.Response.Headers.Location = LocationOf(context.Request, upload);
        Tell(context, upload);
        context.Response.StatusCode = created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
    }

    /// <summary><c>HEAD /v0/uploads/{id}</c>.</summary>
    public async Task LookAsync(HttpContext context, string id)
    {
        Speak(context);
        using var turn = await turns.TakeAsync(context.Caller().Name, id, context.RequestAborted);
        var upload = await uploads.FindAsync(context.Caller(), id, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Upload-Length"] = Text(upload.Length);
        if (upload.Metadata.Length > 0)
            context.Response.Headers["Upload-Metadata"] = upload.Metadata;
        Tell(context, upload);
        context.Response.StatusCode = StatusCodes.Status200OK;
    }

    /// <summary><c>PATCH /v0/uploads/{id}</c>: the next part. The last one is answered once the CAR is a pin.</summary>
    public async Task AppendAsync(HttpContext context, string id)
    {
        Speak(context);
        if (context.Request.ContentType != PartType)
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "BAD_REQUEST", $"Content-Type must be {PartType}.");
        long offset = Number(context.Request, "Upload-Offset") ?? throw ApiException.BadRequest("Upload-Offset is missing.");
        Tell(context, await TakePartAsync(context, id, offset));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>
    /// Whoever has no slot now hears it before a part is on its way: a proxy answers "Expect: 100-continue" by itself, and 30 s of a slow
    /// line would go for a refusal that comes too late to be heard. What the caller itself was still sending on this upload has ended by
    /// now.
    /// </summary>
    private async Task RequireSlotAsync(Node node, ResumableUpload upload, bool created)
    {
        try
        {
            slots.Take(node).Dispose();
        }
        catch (ApiException) when (created)
        {
            await uploads.EndAsync(upload);
            throw;
        }
    }

    private async Task<ResumableUpload> TakeFirstPartAsync(HttpContext context, ResumableUpload upload)
    {
        try
        {
            return await TakePartAsync(context, upload.Id, 0);
        }
        catch (ApiException e) when (e.Status == StatusCodes.Status429TooManyRequests)
        {
            return upload; // No slot for it now; the upload is there all the same.
        }
    }

    private async Task<ResumableUpload> TakePartAsync(HttpContext context, string id, long offset)
    {
        using var checksum = PartChecksum.Read(context.Request.Headers["Upload-Checksum"].ToString());
        using var turn = await turns.TakeAsync(context.Caller().Name, id, context.RequestAborted);
        using var slot = slots.Take(context.Caller()); // After the turn: the request that this one ends may have it.
        var upload = await uploads.FindAsync(context.Caller(), id, context.RequestAborted);
        if (offset != upload.Stored)
        {
            throw new ApiException(StatusCodes.Status409Conflict, "WRONG_OFFSET",
                $"The upload is at {upload.Stored} and not at {offset}; ask with HEAD and go on from there.");
        }

        RequireFits(context.Request, upload.Length - offset);
        return upload.Pin is null ? await ReceiveAsync(context, upload, checksum, turn.Ended) : upload;
    }

    private static void RequireFits(HttpRequest request, long missing)
    {
        if (request.ContentLength > missing)
            throw new ApiException(413, "PAYLOAD_TOO_LARGE", $"{missing} bytes are missing; {request.ContentLength} were announced.");
    }

    /// <summary><c>DELETE /v0/uploads/{id}</c>.</summary>
    public async Task EndAsync(HttpContext context, string id)
    {
        Speak(context);
        using var turn = await turns.TakeAsync(context.Caller().Name, id, context.RequestAborted);
        await uploads.EndAsync(await uploads.FindAsync(context.Caller(), id, context.RequestAborted));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary><c>POST /v0/uploads/{id}</c>: PATCH and DELETE for whoever cannot send them.</summary>
    public Task OverrideAsync(HttpContext context, string id) => context.Request.Headers["X-HTTP-Method-Override"].ToString() switch
    {
        "PATCH" => AppendAsync(context, id),
        "DELETE" => EndAsync(context, id),
        _ => throw new ApiException(StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", "That method does nothing here."),
    };

    private async Task<ResumableUpload> ReceiveAsync(
        HttpContext context, ResumableUpload upload, PartChecksum? checksum, CancellationToken cancellationToken)
    {
        UploadLimits.BePatient(context, options);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.RequestAborted);
        try
        {
            return await uploads.AppendAsync(context.Caller(), upload, context.Request.Body, checksum, either.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw cancellationToken.IsCancellationRequested
                ? new ApiException(StatusCodes.Status409Conflict, "SUPERSEDED", "A newer request works on this upload. What came is kept.")
                : new ApiException(StatusCodes.Status503ServiceUnavailable, "STOPPING",
                    "The server is stopping. What came is kept.", TimeSpan.FromSeconds(10));
        }
    }

    // Errors clear the headers, so this one is set as the answer begins.
    private static void Speak(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["Tus-Resumable"] = Version;
            return Task.CompletedTask;
        });
        if (context.Request.Headers["Tus-Resumable"] != Version)
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers["Tus-Version"] = Version;
                return Task.CompletedTask;
            });
            throw new ApiException(StatusCodes.Status412PreconditionFailed, "BAD_REQUEST",
                $"Send \"Tus-Resumable: {Version}\"; no other version is spoken here.");
        }
    }

    // Relative to the address that was asked, which a proxy in front may have given another path; with a slash at its end it is a folder.
    private string LocationOf(HttpRequest request, ResumableUpload upload) =>
        options.PublicAddress is { } address ? new Uri(address, $"v0/uploads/{upload.Id}").AbsoluteUri
        : request.Path.Value!.EndsWith('/') ? upload.Id
        : $"uploads/{upload.Id}";

    private static void Tell(HttpContext context, ResumableUpload upload)
    {
        var headers = context.Response.Headers;
        headers["Upload-Offset"] = Text(upload.Stored);
        headers["Upload-Expires"] = upload.Expires.ToString("R", CultureInfo.InvariantCulture);
        if (upload.Pin is not null)
            headers["Wanda-Pin"] = upload.Pin;
    }

    private static long? Number(HttpRequest request, string header) =>
        long.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
