using Wanda.Catalog;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>That there is no room for a file, in words: a sentence without its full stop.</summary>
internal static class RoomWords
{
    /// <summary>There will never be.</summary>
    public static string Never(RoomDetail detail) =>
        $"it has {new ByteSize(detail.File)} and can never be taken: the disk of the frames holds {new ByteSize(detail.Room)} in all, of "
            + $"which storage.floor ({new ByteSize(detail.Floor)}) stays free. Put the frames on a larger disk";

    /// <summary>There is none now.</summary>
    public static string Now(RoomDetail detail) => detail.Room < detail.Floor
        ? $"only {new ByteSize(detail.Room)} are free on the disk of the frames, below storage.floor ({new ByteSize(detail.Floor)}): no "
            + "new frame is taken, so that the databases keep working. Frames are released as destinations prove them; free space, or "
            + "check 'wanda status'"
        : $"it has {new ByteSize(detail.File)}, and the disk of the frames has {new ByteSize(detail.Room)} free, of which storage.floor "
            + $"({new ByteSize(detail.Floor)}) stays so: it waits for room, and what is smaller goes before it. Frames are released as "
            + "destinations prove them";
}
