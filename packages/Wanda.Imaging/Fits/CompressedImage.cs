namespace Wanda.Imaging.Fits;

/// <summary>
/// A tile-compressed image: a table with a row for each tile (FITS Standard 4.0, section 10.1). Read are integers of 8 and 16 bits in tiles
/// of whole rows, compressed with RICE_1 or GZIP_1, which is what fpack and INDI write of camera frames.
/// </summary>
internal sealed record CompressedImage(
    FitsImage Image, string Algorithm, int TileRows, int BlockSize, int BytesPerSample, int RowLength, int DataColumn,
    int GzipColumn, bool Wide, long HeapOffset)
{
    private const int MaxTileSamples = 1 << 24;

    /// <summary>Reads the keywords; the exception says what is not read here.</summary>
    public static CompressedImage From(FitsHeader header, long dataOffset)
    {
        var algorithm = header.GetString("ZCMPTYPE") ?? "unknown";
        var bits = header.GetInteger("ZBITPIX");
        if (algorithm is not ("RICE_1" or "RICE_ONE" or "GZIP_1"))
            throw Unsupported($"compressed with {algorithm}");
        if (bits is not (8 or 16))
            throw Unsupported($"compressed with samples of {bits} bits");
        var (width, height) = (Axis(header, "ZNAXIS1"), Axis(header, "ZNAXIS2"));
        if (header.GetInteger("ZNAXIS") is not 2)
            throw Unsupported("compressed with more than one plane");
        var tileRows = header.GetInteger("ZTILE2") ?? 1;
        if ((header.GetInteger("ZTILE1") ?? width) != width || tileRows is < 1 or > int.MaxValue)
            throw Unsupported("compressed in tiles that are not whole rows");
        tileRows = Math.Min(tileRows, height);
        if (tileRows * width > MaxTileSamples)
            throw Unsupported("compressed in tiles that are too large");

        var (data, gzip, wide) = Columns(header);
        var (rowLength, rows) = (Axis(header, "NAXIS1"), Axis(header, "NAXIS2"));
        var block = Parameter(header, "BLOCKSIZE") ?? 32;
        var bytes = Parameter(header, "BYTEPIX") ?? 4;
        if (data < 0 || data + (wide ? 16 : 8) > rowLength || rows < (height + tileRows - 1) / tileRows || block is < 1 or > 1 << 20
            || bytes is not (1 or 2 or 4))
        {
            throw new NoPreviewException(NoPreviewReason.Damaged,
                "the FITS header is damaged: the table of compressed tiles does not fit the image");
        }

        if (gzip + (wide ? 16 : 8) > rowLength)
            gzip = -1;
        var scale = header.GetReal("BSCALE") ?? 1;
        var image = new FitsImage((int)bits, width, height, 1, scale == 0 ? 1 : scale, header.GetReal("BZERO") ?? 0, dataOffset, 0);
        var heap = dataOffset + (header.GetInteger("THEAP") ?? (long)rowLength * rows);
        return new CompressedImage(image, algorithm, (int)tileRows, (int)block, (int)bytes, rowLength, data, gzip, wide, heap);
    }

    // Where in a row the descriptors of the compressed bytes are: 32 bits length and offset each (P), or 64 (Q).
    private static (int Data, int Gzip, bool Wide) Columns(FitsHeader header)
    {
        var (data, gzip, wide, offset) = (-1, -1, false, 0L);
        for (var i = 1; i <= Math.Min(header.GetInteger("TFIELDS") ?? 0, 16); i++)
        {
            var form = (header.GetString(FormattableString.Invariant($"TFORM{i}")) ?? "").Trim().ToUpperInvariant();
            var digits = form.TakeWhile(char.IsAsciiDigit).Count();
            var count = digits == 0 ? 1 : int.TryParse(form[..digits], out var n) ? n : 0;
            var kind = form.Length > digits ? form[digits] : ' ';
            switch (header.GetString(FormattableString.Invariant($"TTYPE{i}")))
            {
                case "COMPRESSED_DATA": (data, wide) = ((int)Math.Min(offset, int.MaxValue / 2), kind == 'Q'); break;
                case "GZIP_COMPRESSED_DATA": gzip = (int)Math.Min(offset, int.MaxValue / 2); break;
            }

            offset += (long)count * kind switch { 'Q' or 'M' => 16, 'P' or 'D' or 'K' or 'C' => 8, 'E' or 'J' => 4, 'I' => 2, _ => 1 };
        }

        return (data, gzip, wide);
    }

    private static long? Parameter(FitsHeader header, string name)
    {
        for (var i = 1; i <= 8; i++)
        {
            if (header.GetString(FormattableString.Invariant($"ZNAME{i}")) == name)
                return header.GetInteger(FormattableString.Invariant($"ZVAL{i}"));
        }

        return null;
    }

    private static int Axis(FitsHeader header, string keyword) => header.GetInteger(keyword) is > 0 and <= int.MaxValue and var length
        ? (int)length
        : throw new NoPreviewException(NoPreviewReason.Damaged,
            $"the FITS header is damaged: {keyword} is '{header.GetString(keyword)}', not a length");

    private static NoPreviewException Unsupported(string how) =>
        new(NoPreviewReason.Unsupported, $"the FITS image is {how}, which is not read here");
}
