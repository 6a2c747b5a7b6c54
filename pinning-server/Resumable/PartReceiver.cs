using System.Buffers;

namespace Wanda.PinningServer;

/// <summary>
/// Appends what comes to an upload's file. What is counted as stored was fsynced before; whatever ends the body, what came of it is kept,
/// except of a part with a checksum: that one counts as a whole or not at all. The last byte is the exception: the whole becomes a pin at
/// once, whose blocks are fsynced, and its file goes before the kernel had to write it.
/// </summary>
internal sealed class PartReceiver(UploadFiles files, UploadTable table, QuotaLedger ledger, TimeProvider time)
{
    private const int BufferSize = 128 << 10;
    private const long Step = MeteredStream.Step;

    // A server that is killed, or loses power, makes a caller send again what came in so long. Each costs two flushes, which a good line
    // need not wait for.
    private static readonly TimeSpan Checkpoint = TimeSpan.FromSeconds(3);

    /// <returns>The upload as it is now.</returns>
    /// <exception cref="ApiException">
    /// 413: the body goes beyond the upload's end; what fits is kept. 460: it does not have its checksum. 507: the disk has been filled
    /// meanwhile; what came is kept.
    /// </exception>
    public async Task<ResumableUpload> ReceiveAsync(
        ResumableUpload upload, Stream body, PartChecksum? checksum, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        await using var file = files.OpenWrite(upload.Id);
        long written = upload.Stored;
        long stored = upload.Stored;
        bool counts = checksum is null;
        string? session = UploadMetadata.Read(upload.Metadata).Session;
        long checkpoint = time.GetTimestamp();

        async Task StoreAsync()
        {
            if (written < upload.Length)
            {
                file.Flush(flushToDisk: true);
                await table.StoredAsync(upload.Id, written, expires, CancellationToken.None);
            }

            stored = written;
            checkpoint = time.GetTimestamp();
        }

        file.Position = written;
        try
        {
            int count;
            while ((count = await body.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0)
            {
                int fits = (int)Math.Min(count, upload.Length - written);
                await file.WriteAsync(buffer.AsMemory(0, fits), CancellationToken.None);
                if (written / Step != (written + fits) / Step)
                    ledger.RequireDisk(upload.Node, session, Step);
                written += fits;
                checksum?.Append(buffer.AsSpan(0, fits));
                if (fits < count)
                    throw new ApiException(413, "PAYLOAD_TOO_LARGE", $"The body goes beyond the {upload.Length} bytes of the upload.");
                if (counts && time.GetElapsedTime(checkpoint) >= Checkpoint)
                    await StoreAsync();
            }

            checksum?.Require();
            counts = true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (counts && written > stored)
                await StoreAsync();
        }

        return upload with { Stored = stored, Expires = expires };
    }

    /// <summary>Keeps a whole upload that could not become a pin now.</summary>
    public async Task KeepAsync(ResumableUpload whole)
    {
        await using (var file = files.OpenWrite(whole.Id))
            file.Flush(flushToDisk: true);
        await table.StoredAsync(whole.Id, whole.Stored, whole.Expires, CancellationToken.None);
    }
}
