namespace Wanda.Catalog;

/// <summary>Capture ids are UUIDs of version 7, which begin with the time: the primary key is the index on time.</summary>
internal static class CaptureIds
{
    /// <summary>What stands before every id that is made from that moment on.</summary>
    public static string FirstAt(DateTimeOffset at)
    {
        var hex = Math.Max(0, at.ToUnixTimeMilliseconds()).ToString("x12", null);
        return $"{hex[..8]}-{hex[8..]}";
    }
}
