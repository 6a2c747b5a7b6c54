using Wanda.Catalog;

namespace Wanda.Ops;

/// <summary>Why a file is not taken, in words: a sentence without its full stop.</summary>
public static class RefusalWords
{
    /// <summary>Puts a code and its detail into words.</summary>
    /// <param name="code">The code; null: <paramref name="detail"/> is a sentence already.</param>
    /// <param name="detail">What the code asks for.</param>
    public static string Of(RefusalCode? code, string detail) => (code switch
    {
        RefusalCode.Excluded => $"left out: \"exclude\" has {detail}",
        RefusalCode.NotIncluded => "left out: it is none that \"include\" names",
        RefusalCode.OwnFolder => "left out: this node, or a destination of it, writes there",
        RefusalCode.Hidden => "it is hidden: its name begins with a dot",
        RefusalCode.Unfinished => "its name says that it is not finished",
        RefusalCode.Folder => "it is a folder",
        RefusalCode.Link => "it is a link, and links are not followed",
        RefusalCode.Pipe => "it is a pipe, not a file",
        RefusalCode.Socket => "it is a socket, not a file",
        RefusalCode.Device => "it is a device, not a file",
        RefusalCode.PathTooLong => $"what lies in it has a path longer than {detail} bytes",
        RefusalCode.NotLookedInto => $"it cannot be looked into: {detail}",
        RefusalCode.NotLookedAt => $"it cannot be looked at: {detail}",
        RefusalCode.Unreadable => $"it cannot be read: {detail}",
        RefusalCode.Failed => $"it could not be taken: {detail}",
        RefusalCode.BeingWritten => "left: somebody was writing to it. Run the import again when that is over",
        RefusalCode.TooLarge when RoomDetail.Of(detail) is { } never => RoomWords.Never(never),
        RefusalCode.NoRoom when RoomDetail.Of(detail) is { } now => RoomWords.Now(now),
        _ => detail,
    }).TrimEnd('.');
}
