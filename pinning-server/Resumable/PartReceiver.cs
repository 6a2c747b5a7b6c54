using System.Buffers;

namespace Wanda.PinningServer;

/// <summary>
/// Appends what comes to an upload's file. What is counted as stored was fsynced before; whatever ends the body, what came of it is kept,
/// except of a part with a checksum: that one counts as a whole or not at all.
/// </summary>
internal sealed class PartReceiver(UploadFiles files, UploadTable table, QuotaLedger ledger)
{
    private const int BufferSize = 128 << 10;

    // What a killed server makes a caller send again, at most; each costs two flushes.
    private const long Checkpoint = 4 << 20;

    /// <returns>The upload as it is now.</returns>
    /// <exception cref="ApiException">413: the body goes beyond the upload's end; what fits is kept. 460: it does not have its checksum.</exception>
    public async Task<ResumableUpload> ReceiveAsync(ResumableUpload upload, Stream body, PartChecksum? checksum, DateTimeOffset expires, CancellationToken ct)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        await using var file = files.OpenWrite(upload.Id);
        long written = upload.Stored;
        long stored = upload.Stored;
        bool counts = checksum is null;

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
                checksum?.Append(buffer.AsSpan(0, fits));
                if (fits < count)
                {
                    throw new ApiException(413, "PAYLOAD_TOO_LARGE", $"The body goes beyond the {upload.Length} bytes of the upload.");
                }
                if (counts && written - stored >= Checkpoint)
                {
                    await StoreAsync();
                }
            }
            checksum?.Require();
            counts = true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (counts && written > stored)
            {
                await StoreAsync();
            }
        }
        return upload with { Stored = stored, Expires = expires };
    }
}
