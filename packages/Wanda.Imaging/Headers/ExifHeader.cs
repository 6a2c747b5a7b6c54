using System.Buffers.Binary;
using Wanda.Imaging.Fits;
using Wanda.Imaging.Reading;

namespace Wanda.Imaging.Headers;

/// <summary>The EXIF of a photograph (Exif 2.32, sections 4.6.4 and 4.6.5): when, how long, at which speed, with what.</summary>
internal static class ExifHeader
{
    private const ushort Model = 0x0110, Artist = 0x013B, ExposureTime = 0x829A, IsoSpeed = 0x8827, DateTimeOriginal = 0x9003,
        OffsetTimeOriginal = 0x9011, SubSecTimeOriginal = 0x9291, FocalLength = 0x920A, CameraOwnerName = 0xA430,
        BodySerialNumber = 0xA431, DngSerialNumber = 0xC62F;

    private const int MaxSegments = 64;
    private const int Canon = 64 << 10;

    public static async Task<FrameMetadata> ReadAsync(FilePieces file, FrameFormat format, CancellationToken cancellationToken)
    {
        var tags = new TiffTags(file);
        if (format == FrameFormat.Jpeg)
        {
            await OfJpegAsync(file, tags, 0, cancellationToken).ConfigureAwait(false);
        }
        else if (format == FrameFormat.Png)
        {
            await OfPngAsync(file, tags, cancellationToken).ConfigureAwait(false);
        }
        else if (format == FrameFormat.FujifilmRaf)
        {
            // The offset of the JPEG that carries the EXIF.
            var at = await file.ReadAsync(84, 4, cancellationToken).ConfigureAwait(false);
            if (at.Length == 4)
                await OfJpegAsync(file, tags, BinaryPrimitives.ReadUInt32BigEndian(at), cancellationToken).ConfigureAwait(false);
        }
        else if (format == FrameFormat.CanonCr3)
        {
            // Boxes that hold a TIFF each: CMT1 its first directory, CMT2 that of EXIF.
            var start = await file.ReadAsync(0, Canon, cancellationToken).ConfigureAwait(false);
            foreach (var box in (string[])["CMT1", "CMT2"])
            {
                if (start.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(box)) is >= 0 and var at)
                    await tags.AddAsync(at + 4, cancellationToken).ConfigureAwait(false);
            }
        }
        else if (format == FrameFormat.Tiff || format.IsRaw)
        {
            await tags.AddAsync(0, cancellationToken).ConfigureAwait(false);
        }

        return Metadata(tags);
    }

    private static async Task OfJpegAsync(FilePieces file, TiffTags tags, long offset, CancellationToken cancellationToken)
    {
        offset += 2;
        for (var segment = 0; segment < MaxSegments; segment++)
        {
            var head = await file.ReadAsync(offset, 10, cancellationToken).ConfigureAwait(false);
            if (head.Length < 10 || head[0] != 0xFF || head[1] is 0xDA or 0xD9)
                return;
            if (head[1] == 0xE1 && head.AsSpan(4).SequenceEqual("Exif\0\0"u8))
            {
                await tags.AddAsync(offset + 10, cancellationToken).ConfigureAwait(false);
                return;
            }

            offset += 2 + BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2));
        }
    }

    // A chunk of a PNG that is a TIFF (PNG 1.5 extensions, section 3.7). Those behind a long picture are not looked for.
    private static async Task OfPngAsync(FilePieces file, TiffTags tags, CancellationToken cancellationToken)
    {
        long offset = FrameFormat.PngSignature.Length;
        for (var chunk = 0; chunk < MaxSegments; chunk++)
        {
            var head = await file.ReadAsync(offset, 8, cancellationToken).ConfigureAwait(false);
            if (head.Length < 8)
                return;
            if (head.AsSpan(4).SequenceEqual("eXIf"u8))
            {
                await tags.AddAsync(offset + 8, cancellationToken).ConfigureAwait(false);
                return;
            }

            offset += 12 + BinaryPrimitives.ReadUInt32BigEndian(head); // its length, name and checksum
        }
    }

    private static FrameMetadata Metadata(TiffTags tags)
    {
        IReadOnlyList<TimeStatement> times = Time(tags) is { } time ? [time] : [];
        return new FrameMetadata
        {
            Times = times,
            TakenAt = times.Select(t => t.Utc).FirstOrDefault(),
            ExposureSeconds = Within(tags.Number(ExposureTime), 1e7),
            Iso = Within(tags.Number(IsoSpeed), 1e8),
            FocalLength = Within(tags.Number(FocalLength), 1e7),
            Instrument = tags.Text(Model),
            Observer = tags.Text(CameraOwnerName) ?? tags.Text(Artist),
            CameraSerial = tags.Text(BodySerialNumber) ?? tags.Text(DngSerialNumber),
        };
    }

    private static TimeStatement? Time(TiffTags tags)
    {
        if (tags.Text(DateTimeOriginal) is not { } written)
            return null;
        var statement = new TimeStatement("EXIF DateTimeOriginal", written);
        if (DateText.Exif(written) is not { Moment: { } moment } date)
            return statement with { Problem = "is no date that has one meaning" };
        var fraction = tags.Text(SubSecTimeOriginal) is { } digits && digits.All(char.IsAsciiDigit)
            ? DateText.Time($"00:00:00.{digits[..Math.Min(digits.Length, 7)]}") ?? TimeSpan.Zero
            : TimeSpan.Zero;
        var zone = tags.Text(OffsetTimeOriginal);
        return statement with
        {
            Text = zone is null ? written : $"{written} {zone}",
            Clock = moment <= DateTime.MaxValue - fraction ? moment + fraction : moment,
            Offset = date.Offset ?? DateText.Zone(zone),
        };
    }

    // Nothing and 0 / 0 say nothing.
    private static double? Within(double? number, double highest) => number > 0 && number <= highest ? number : null;
}
