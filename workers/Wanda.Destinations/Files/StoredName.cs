namespace Wanda.Destinations.Files;

/// <summary>
/// Where an item lies: <c>SESSION/NAME.CID.car</c>. People find their frames by it, any IPFS tool can unpack it, and no two contents share
/// a name, so a newer directory never takes an older one's place before it is proven. Such names are a format (law 9).
/// </summary>
internal static class StoredName
{
    private const int MaxName = 100;

    public static string Of(OffloadItem item) => $"{Safe(item.Labels.Session ?? "_node")}/{Safe(item.Labels.Name)}.{item.Cid}.car";

    // What every file system takes, FAT on a USB disk included.
    private static string Safe(string name)
    {
        var safe = new string([.. name.Take(MaxName).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')]);
        return safe.Trim('.').Length == 0 ? "_" : safe;
    }
}
