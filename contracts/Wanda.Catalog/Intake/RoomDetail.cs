using System.Globalization;

namespace Wanda.Catalog;

/// <summary>The figures of a file that there is no room for, in bytes; as text, numbers with a space between.</summary>
/// <param name="File">How large the file is.</param>
/// <param name="Room">How much there is: in all for one that can never fit, otherwise what is free.</param>
/// <param name="Floor">How much of that stays free.</param>
public readonly record struct RoomDetail(long File, long Room, long Floor)
{
    /// <summary>As a detail.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File} {Room} {Floor}");

    /// <summary>Reads a detail; null where it is a sentence of a version before.</summary>
    public static RoomDetail? Of(string detail)
    {
        var numbers = detail.Split(' ');
        return numbers.Length == 3 && Read(numbers[0]) is { } file && Read(numbers[1]) is { } room && Read(numbers[2]) is { } floor
            ? new RoomDetail(file, room, floor)
            : null;
    }

    private static long? Read(string number) =>
        long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
