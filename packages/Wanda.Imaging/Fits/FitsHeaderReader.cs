using System.Buffers;
using System.Text;

namespace Wanda.Imaging.Fits;

/// <summary>Reads headers block by block; holds never more than one block and the cards that are kept.</summary>
internal static class FitsHeaderReader
{
    public const int BlockLength = 2880;
    private const int CardsPerBlock = BlockLength / FitsCard.Length;

    public static ReadOnlySpan<byte> Magic => "SIMPLE  ="u8;

    public static bool Primary(ReadOnlySpan<byte> card) => card.StartsWith(Magic);

    public static bool Extension(ReadOnlySpan<byte> card) => card.StartsWith("XTENSION="u8);

    public delegate bool FirstCard(ReadOnlySpan<byte> card);

    public static async Task<FitsHeader> ReadAsync(Stream stream, FirstCard isFirst, CancellationToken cancellationToken)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            var header = new FitsHeader();
            for (var number = 0; number < FitsHeader.MaxCards / CardsPerBlock; number++)
            {
                var read = await stream.ReadAtLeastAsync(block.AsMemory(0, BlockLength), BlockLength, throwOnEndOfStream: false,
                    cancellationToken).ConfigureAwait(false);
                if (number == 0 && !isFirst(block.AsSpan(0, read)))
                    throw NotFits(read);
                if (read < BlockLength)
                    throw Cut(number, read);
                if (AddCards(header, block))
                    return header;
            }

            throw new FitsFormatException(FitsFault.HeaderTooLong, $"the FITS header has no END within {FitsHeader.MaxCards} cards");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static bool AddCards(FitsHeader header, byte[] block)
    {
        for (var i = 0; i < CardsPerBlock; i++)
        {
            var record = block.AsSpan(i * FitsCard.Length, FitsCard.Length);
            if (IsEnd(record))
                return true;
            header.AddParsed(FitsCard.Parse(record, out var malformed));
            if (malformed)
                header.MalformedCards++;
        }

        return false;
    }

    // Blanks belong behind it; some programs write NULs, or a comment.
    private static bool IsEnd(ReadOnlySpan<byte> record) => Ascii.EqualsIgnoreCase(record[..3], "END"u8)
        && (record[3..8].Trim(" \0"u8).IsEmpty || record[3..].TrimStart(" \0"u8) is [(byte)'/', ..]);

    private static FitsFormatException NotFits(int read) => new(
        read == 0 ? FitsFault.HeaderTruncated : FitsFault.NotFits,
        read == 0 ? "the file is empty (0 bytes)" : "the file does not begin with a FITS header (SIMPLE  =)");

    private static FitsFormatException Cut(int blocks, int read) => new(
        FitsFault.HeaderTruncated,
        $"the file ends inside its FITS header, after {FormattableString.Invariant($"{(long)blocks * BlockLength + read:N0}")} bytes");
}
