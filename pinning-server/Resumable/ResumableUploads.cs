using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>
/// CARs that come in parts over bad lines. Room for the whole is taken at the beginning; once the last byte is here, the CAR is verified
/// and committed as if it had come in one piece.
/// </summary>
internal sealed partial class ResumableUploads(
    UploadTable table, UploadFiles files, UploadTurns turns, PartReceiver receiver, CarIntake intake,
    QuotaLedger ledger, PinSettler settler,
    PinningServerOptions options, ServerMetrics metrics, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<ResumableUploads> log)
{
    // How long the outcome of an upload is kept, for a caller that did not get the last answer and asks again.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    private DateTimeOffset Later => time.GetUtcNow() + options.UploadLifetime;

    /// <summary>
    /// Opens an upload. A caller that announced its root gets the open one back that it began earlier, so it need not remember where.
    /// </summary>
    /// <exception cref="ApiException">413, 429 or 507.</exception>
    public async Task<(ResumableUpload Upload, bool Created)> OpenAsync(
        Node node, long length, string metadata, CancellationToken cancellationToken)
    {
        var request = UploadMetadata.Read(metadata);
        if (length > options.MaxUploadBytes)
            throw UploadLimits.TooLarge(options.MaxUploadBytes.Value);
        if (request.Root is not null && await table.FindOpenAsync(node.Name, length, metadata, cancellationToken) is { } known)
        {
            // A part that is still coming in ends first: the offset is then where to go on.
            using var turn = await turns.TakeAsync(node.Name, known.Id, cancellationToken);
            if (await table.FindAsync(node.Name, known.Id, cancellationToken) is { Pin: null } open)
                return (open, false);
        }

        var upload = new ResumableUpload { Id = Pin.NewId(), Node = node.Name, Length = length, Metadata = metadata, Expires = Later };
        ledger.Reserve(node, request.Session, length, spool: length);
        try
        {
            files.Create(upload.Id);
            if (!await table.AddAsync(upload, options.MaxOpenUploads, cancellationToken))
            {
                throw new ApiException(429, "TOO_MANY_UPLOADS",
                    $"{options.MaxOpenUploads} of your uploads are open; finish or end some.", TimeSpan.FromMinutes(1));
            }
        }
        catch
        {
            files.Delete(upload.Id);
            ledger.Release(node.Name, length);
            throw;
        }

        return (upload, true);
    }

    /// <exception cref="ApiException">404.</exception>
    public async Task<ResumableUpload> FindAsync(Node node, string id, CancellationToken cancellationToken) =>
        await table.FindAsync(node.Name, id, cancellationToken)
            ?? throw ApiException.NotFound("You have no such upload: it was ended, refused, or not touched for too long. Begin a new one.");

    /// <summary>Takes the next part; with the last one, the upload becomes a pin.</summary>
    /// <param name="node">Whose it is.</param>
    /// <param name="upload">Open, and the caller has its turn.</param>
    /// <param name="body">The part; may be empty when the whole is here and only its pin is missing.</param>
    /// <param name="checksum">What the part's hash must be, if it is told.</param>
    /// <param name="cancellationToken">Ends the receiving, not the commit.</param>
    public async Task<ResumableUpload> AppendAsync(
        Node node, ResumableUpload upload, Stream body, PartChecksum? checksum, CancellationToken cancellationToken)
    {
        // The rest of the parts, and the blocks that the whole becomes.
        ledger.RequireDisk(node.Name, UploadMetadata.Read(upload.Metadata).Session, 2 * upload.Length - upload.Stored);
        using var receiving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        upload = await receiver.ReceiveAsync(upload, body, checksum, Later, receiving.Token);
        return upload.IsWhole ? await FinishAsync(node, upload) : upload;
    }

    /// <summary>Ends an upload and gives its room back. A pin that it became stays.</summary>
    public async Task EndAsync(ResumableUpload upload)
    {
        await table.DeleteAsync(upload.Id, CancellationToken.None);
        if (upload.Pin is null)
            Forget(upload);
    }

    /// <summary>Takes up what was open when the server ended, however it ended.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var upload in await table.OpenAsync(cancellationToken))
        {
            if (files.LengthOf(upload) is not { } stored)
            {
                Lost(upload.Id, upload.Node);
                await table.DeleteAsync(upload.Id, cancellationToken);
                continue;
            }

            if (stored < upload.Stored)
                await table.StoredAsync(upload.Id, stored, upload.Expires, cancellationToken);
            ledger.Restore(upload.Node, upload.Length);
            open.Add(upload.Id);
        }

        files.KeepOnly(open);
    }

    /// <summary>Ends what was not touched for too long.</summary>
    public async Task EndExpiredAsync(CancellationToken cancellationToken)
    {
        foreach (var upload in await table.ExpiredAsync(time.GetUtcNow(), cancellationToken))
        {
            using var turn = await turns.TakeAsync(upload.Node, upload.Id, cancellationToken);
            if (await table.FindAsync(upload.Node, upload.Id, cancellationToken) is { } still && still.Expires <= time.GetUtcNow())
                await EndAsync(still);
        }
    }

    private async Task<ResumableUpload> FinishAsync(Node node, ResumableUpload upload)
    {
        Pin pin;
        try
        {
            await using var car = files.OpenRead(upload.Id);
            // The caller may be gone by now; what it sent is worth finishing all the same.
            (pin, _) = await intake.TakeAsync(node, UploadMetadata.Read(upload.Metadata), car, lifetime.ApplicationStopping);
        }
        catch (Exception e)
        {
            metrics.UploadFailed(node.Name);
            if (ErrorMapping.Map(e).Status < 500)
                await EndAsync(upload); // The content itself is wrong: sending the rest again would not help.
            else
                await receiver.KeepAsync(upload);
            throw;
        }

        upload = upload with { Pin = pin.Id, Expires = time.GetUtcNow() + Remembered };
        await table.FinishedAsync(upload.Id, pin.Id, upload.Expires, CancellationToken.None);
        Forget(upload);
        metrics.Uploaded(node.Name, upload.Length);
        settler.Wake();
        return upload;
    }

    private void Forget(ResumableUpload upload)
    {
        files.Delete(upload.Id);
        ledger.Release(upload.Node, upload.Length);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The file of upload {Id} of {Node} is gone; its node will begin again")]
    private partial void Lost(string id, string node);
}
