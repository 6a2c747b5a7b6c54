using System.Buffers;

namespace Wanda.PinningServer;

/// <summary>Appends what comes to an upload's file. What is counted as stored was fsynced before; whatever ends the body, what came of it is kept.</summary>
internal sealed class PartReceiver(UploadFiles files, UploadTable table, QuotaLedger ledger)
{
    private const int BufferSize = 128 << 10;

    // What a killed server makes a caller send again, at most; each costs two flushes.
    private const long Checkpoint = 4 << 20;

    /// <returns>The upload as it is now.</returns>
    /// <exception cref="ApiException">413: the body goes beyond the upload's end. What fits is kept.</exception>
    public async Task<ResumableUpload> ReceiveAsync(ResumableUpload upload, Stream body, DateTimeOffset expires, CancellationToken ct)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        await using var file = files.OpenWrite(upload.Id);
        long written = upload.Stored;
        long stored = upload.Stored;

        async Task StoreAsync()
        {
            file.Flush(flushToDisk: true);
            await table.StoredAsync(upload.Id, written, expires, CancellationToken.None);
            ledger.Spooled(written - stored);
            stored = written;
        }

        file.Position = written;
        try
        {
            int count;
            while ((count = await body.ReadAsync(buffer.AsMemory(0, BufferSize), ct)) > 0)
            {
                int fits = (int)Math.Min(count, upload.Length - written);
                await file.WriteAsync(buffer.AsMemory(0, fits), CancellationToken.None);
                written += fits;
                if (fits < count)
                {
                    throw new ApiException(413, "PAYLOAD_TOO_LARGE", $"The body goes beyond the {upload.Length} bytes of the upload.");
                }
                if (written - stored >= Checkpoint)
                {
                    await StoreAsync();
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (written > stored)
            {
                await StoreAsync();
            }
        }
        return upload with { Stored = stored, Expires = expires };
    }
}
