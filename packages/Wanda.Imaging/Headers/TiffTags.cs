using System.Buffers.Binary;
using System.Text;
using Wanda.Imaging.Reading;

namespace Wanda.Imaging.Headers;

/// <summary>
/// The tags of a TIFF's first directory and of the EXIF directory that it names (TIFF 6.0, section 2). Each is read at most once, of each
/// at most 1000 entries, of each entry 256 bytes: no file makes it go round in circles.
/// </summary>
internal sealed class TiffTags(FilePieces file)
{
    private const int MaxEntries = 1000;
    private const int MaxValue = 256;
    private const int EntryLength = 12;
    private const ushort ExifDirectory = 0x8769;
    private const ushort Byte = 1, Ascii = 2, Short = 3, Long = 4, Rational = 5, Utf8 = 129;

    private readonly Dictionary<ushort, Entry> _entries = [];

    /// <summary>Takes in the directories of the TIFF that begins at an offset; what is none gives nothing.</summary>
    public async Task AddAsync(long start, CancellationToken cancellationToken)
    {
        var head = await file.ReadAsync(start, 8, cancellationToken).ConfigureAwait(false);
        if (head.Length < 8 || head[0] != head[1] || head[0] is not ((byte)'I' or (byte)'M') || head[2] == '+' || head[3] == '+')
            return; // BigTIFF has 64-bit offsets; no camera writes it.
        var bigEndian = head[0] == 'M';
        await AddDirectoryAsync(start, UInt32(head.AsSpan(4), bigEndian), bigEndian, cancellationToken).ConfigureAwait(false);
        if (Number(ExifDirectory) is { } exif && _entries.Remove(ExifDirectory))
            await AddDirectoryAsync(start, (uint)exif, bigEndian, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A tag's text, cleaned; null when it has none.</summary>
    public string? Text(ushort tag) => _entries.TryGetValue(tag, out var entry) && entry.Type is Ascii or Utf8
        ? HeaderText.Clean(Encoding.UTF8.GetString(entry.Value).Split('\0')[0])
        : null;

    /// <summary>A tag's first number, finite; null when it has none.</summary>
    public double? Number(ushort tag)
    {
        if (!_entries.TryGetValue(tag, out var entry))
            return null;
        var value = entry.Value.AsSpan();
        double? number = entry.Type switch
        {
            Short when value.Length >= 2 => UInt16(value, entry.BigEndian),
            Long when value.Length >= 4 => UInt32(value, entry.BigEndian),
            Rational when value.Length >= 8 => UInt32(value, entry.BigEndian) / (double)UInt32(value[4..], entry.BigEndian),
            _ => null,
        };
        return number is { } n && double.IsFinite(n) ? n : null;
    }

    private async Task AddDirectoryAsync(long start, uint offset, bool bigEndian, CancellationToken cancellationToken)
    {
        var count = await file.ReadAsync(start + offset, 2, cancellationToken).ConfigureAwait(false);
        if (count.Length < 2)
            return;
        var length = Math.Min((int)UInt16(count, bigEndian), MaxEntries) * EntryLength;
        var directory = await file.ReadAsync(start + offset + 2, length, cancellationToken).ConfigureAwait(false);
        for (var at = 0; at + EntryLength <= directory.Length; at += EntryLength)
        {
            var entry = directory.AsMemory(at, EntryLength);
            var tag = UInt16(entry.Span, bigEndian);
            if (IsWanted(tag) && !_entries.ContainsKey(tag))
                _entries.Add(tag, await ValueAsync(start, entry, bigEndian, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task<Entry> ValueAsync(long start, ReadOnlyMemory<byte> entry, bool bigEndian, CancellationToken cancellationToken)
    {
        var type = UInt16(entry.Span[2..], bigEndian);
        var size = type switch { Byte or Ascii or Utf8 => 1, Short => 2, Long => 4, Rational => 8, _ => 0 };
        var length = size * (long)UInt32(entry.Span[4..], bigEndian);
        var value = length <= 4
            ? entry[8..(8 + (int)length)].ToArray()
            : await file.ReadAsync(start + UInt32(entry.Span[8..], bigEndian), (int)Math.Min(length, MaxValue), cancellationToken)
                .ConfigureAwait(false);
        return new Entry(type, value, bigEndian);
    }

    // Most entries tell where the picture lies.
    private static bool IsWanted(ushort tag) => tag is 0x0110 or 0x013B or ExifDirectory or 0xC62F or 0x829A or 0x8827
        or (>= 0x9003 and <= 0x920A) or 0x9291 or (>= 0xA430 and <= 0xA431);

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private sealed record Entry(ushort Type, byte[] Value, bool BigEndian);
}
