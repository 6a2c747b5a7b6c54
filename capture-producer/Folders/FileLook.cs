using System.Globalization;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Folders;

/// <summary>What an entry of a folder is.</summary>
internal enum EntryKind
{
    File,
    Folder,
    Link,
    Pipe,
    Socket,
    Device,
}

/// <summary>
/// What a file is known by again without reading it. It hints only: where two looks differ, or an event says that it was written, the
/// content's hash decides.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="SizeBytes">Its size, holes included.</param>
/// <param name="ModifiedNs">When its content was changed, ns since 1970, as programs may set it.</param>
/// <param name="ChangedNs">When anything of it was changed, by the kernel's own account; 0 where it is not told.</param>
/// <param name="BornNs">When it was made; tells a file from a later one with its inode. 0 where the file system does not keep it.</param>
/// <param name="Inode">Which file it is; 0 where it is not told.</param>
/// <param name="Links">How many names it has.</param>
internal readonly record struct FileLook(
    EntryKind Kind, long SizeBytes, long ModifiedNs, long ChangedNs, long BornNs, long Inode, long Links = 1)
{
    private const int Parts = 6; // of a key, and a path behind them

    /// <summary>Times that are multiples of so many ns are taken for coarse: 10 ms, the finest step of FAT.</summary>
    public const long Coarse = 10_000_000;

    /// <summary>When its content was changed; null when that is no time: a hostile file's may be any 64 bits of seconds.</summary>
    public DateTimeOffset? ModifiedAt =>
        Math.Abs(ModifiedNs) < Latest ? DateTimeOffset.UnixEpoch.AddTicks(ModifiedNs / 100) : null;

    /// <summary>The latest time, and less one the earliest, that nanoseconds in 64 bits reach: the years 2262 and 1677.</summary>
    public const long Latest = long.MaxValue / 1_000_000_000 * 1_000_000_000;

    /// <summary>
    /// Whether it could be another file's as well: a file system that keeps no births and times in steps of 10 ms or more (ext2, old FAT,
    /// discs), whose frames of one size, taken in one second, differ in their inode at most, and that is told anew by the next card.
    /// </summary>
    public bool IsWeak => BornNs == 0 && ChangedNs % Coarse == 0;

    /// <summary>The look in one string, as the catalogue keeps it. Where it is weak the path has to tell files apart.</summary>
    public string Key(RawName path) => Inode == 0
        ? string.Create(CultureInfo.InvariantCulture, $"0.0.{ModifiedNs}.{SizeBytes}.{path}")
        : string.Create(CultureInfo.InvariantCulture,
            $"{Inode}.{BornNs}.{ChangedNs}.{ModifiedNs}.{SizeBytes}.{Links}{(IsWeak ? $".{path}" : "")}");

    /// <summary>Whether a key was made of this very file, whatever has happened to it since; null when that cannot be told.</summary>
    public bool? IsOf(string key)
    {
        if (Inode == 0 || PartsOf(key) is not { } parts || !long.TryParse(parts[0], CultureInfo.InvariantCulture, out var inode)
            || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var born))
        {
            return null;
        }

        if (inode != Inode)
            return false;
        return born == 0 || BornNs == 0 ? null : born == BornNs;
    }

    /// <summary>Whether a key was made of a file of this inode, which may be an earlier one.</summary>
    public bool HasInodeOf(string key) =>
        Inode != 0 && PartsOf(key) is { } parts && parts[0] == Inode.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether a key tells of the same time of change of the content, which a copy or a move elsewhere keeps.</summary>
    public bool HasTimeOf(string key) => PartsOf(key) is { } parts && parts[3] == ModifiedNs.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether a key was made of a file that had other names too: where one is gone, the file may be there by another.</summary>
    public static bool HadOtherNames(string key) => PartsOf(key) is { } parts && parts[5] != "1";

    // Null for the keys without an inode, and for those of versions before 0.3.
    private static string[]? PartsOf(string key) =>
        key.Split('.', Parts + 1) is { Length: >= Parts } parts && parts[0] != "0" && long.TryParse(parts[4], out _) ? parts : null;
}
