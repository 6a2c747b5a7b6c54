namespace Wanda.Catalog;

/// <summary>
/// Why a file is not taken. It is written by its name, so a name is never given another meaning; what it is in words is chosen where it is
/// shown.
/// </summary>
public enum RefusalCode
{
    /// <summary>The operator leaves it out; the detail is the pattern of "exclude".</summary>
    Excluded,

    /// <summary>It is none that the operator's "include" names.</summary>
    NotIncluded,

    /// <summary>A folder that this node, or a destination of it, writes to.</summary>
    OwnFolder,

    /// <summary>Its name begins with a dot.</summary>
    Hidden,

    /// <summary>Its name says that it is not finished.</summary>
    Unfinished,

    /// <summary>It is a folder.</summary>
    Folder,

    /// <summary>It is a link.</summary>
    Link,

    /// <summary>It is a pipe.</summary>
    Pipe,

    /// <summary>It is a socket.</summary>
    Socket,

    /// <summary>It is a device.</summary>
    Device,

    /// <summary>What lies in the folder has too long a path; the detail is the most that is taken, in bytes.</summary>
    PathTooLong,

    /// <summary>The folder cannot be looked into; the detail is what the system said.</summary>
    NotLookedInto,

    /// <summary>It cannot be looked at; the detail is what the system said.</summary>
    NotLookedAt,

    /// <summary>It cannot be read; the detail is what the system said.</summary>
    Unreadable,

    /// <summary>It is larger than the disk; the detail is a <see cref="RoomDetail"/>.</summary>
    TooLarge,

    /// <summary>There is no room for it now; the detail is a <see cref="RoomDetail"/>.</summary>
    NoRoom,

    /// <summary>It could not be taken; the detail is what went wrong.</summary>
    Failed,

    /// <summary>Somebody was writing to it until its folder's import was through.</summary>
    BeingWritten,
}

/// <summary>Why a file is not taken, with what the code asks for.</summary>
/// <param name="Code">Why.</param>
/// <param name="Detail">What belongs to it; empty where the code says everything.</param>
public readonly record struct Refusal(RefusalCode Code, string Detail = "")
{
    /// <summary>For logs.</summary>
    public override string ToString() => Detail.Length == 0 ? Code.ToString() : $"{Code}: {Detail}";

    /// <summary>Whether a file is left out as the operator, or the node's own folders, want it: it is listed, and no notice.</summary>
    public static bool IsLeftOut(RefusalCode? code) => code is RefusalCode.Excluded or RefusalCode.NotIncluded or RefusalCode.OwnFolder;
}
