namespace Wanda.Destinations.Files;

/// <summary>
/// Where an item lies: <c>SESSION/NAME.CID.car</c>. People find their frames by it, any IPFS tool can unpack it, and no two contents share
/// a name, so a newer directory never takes an older one's place before it is proven. The id file is out of their reach: it lies above
/// them, and no folder has its name. Such names are a format (law 9).
/// </summary>
internal static class StoredName
{
    private const int MaxName = 100;

    public static string Of(OffloadItem item) => $"{Folder(item.Labels.Session ?? "_node")}/{Safe(item.Labels.Name)}.{item.Cid}.car";

    private static string Folder(string session) =>
        Safe(session) is var safe && safe.Equals(StoreId.FileName, StringComparison.OrdinalIgnoreCase) ? "_" + safe : safe;

    // What every file system takes, FAT on a USB disk included.
    private static string Safe(string name)
    {
        var safe = new string([.. name.Take(MaxName).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')]);
        return safe.Trim('.').Length == 0 ? "_" : safe;
    }
}
