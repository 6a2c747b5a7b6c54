using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wanda.Contracts;

namespace Wanda.Ops;

/// <summary>
/// A target on Linux: each folder is opened in the one before, without following links, so that nothing that is changed meanwhile leads
/// out of it. The twin for other systems is <see cref="PortableTarget"/>.
/// </summary>
internal sealed partial class PosixTarget(string path) : TargetFolder(path)
{
    private const int NotFound = 2, Exists = 17, NotAFolder = 20, Invalid = 22, NotThere = 38, IsALink = 40;
    private const int NonBlocking = 0x800, CloseOnExec = 0x80000;
    private const uint NoReplace = 1, NewFolder = 0x1ff; // RENAME_NOREPLACE; 777, which the umask narrows

    // The two flags that the architectures number differently: O_DIRECTORY and O_NOFOLLOW.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
    private static readonly int Folder = IsArm ? 0x4000 : 0x10000;
    private static readonly int NoLink = IsArm ? 0x8000 : 0x20000;

    private readonly SafeFileHandle _root = OpenRoot(path);

    public override async Task<string?> HashAsync(RawName name, CancellationToken cancellationToken)
    {
        using var file = OpenFile(name);
        if (file is null)
            return null;
        await using var stream = new FileStream(file, FileAccess.Read, 1);
        return stream.CanSeek
            ? await PartFile.HashAsync(stream, cancellationToken)
            : throw new IOException("the folder holds something of this name that is no file, which was left alone");
    }

    public override void Place(string part, RawName name)
    {
        var segments = FetchPaths.Segments(name);
        using var folder = OpenFolder(segments, make: true)!;
        var (from, to) = (Name(System.Text.Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(part))), Name(segments[^1]));
        if (Rename(_root, ref First(from), folder, ref First(to), NoReplace) != 0)
        {
            // A file system that does not know it: the look and the rename are two steps there.
            if (Marshal.GetLastPInvokeError() is not (Invalid or NotThere))
                throw Failed($"Cannot name the file {name}");
            using var there = Open(folder, to, NonBlocking | NoLink);
            if (there is not null)
                throw new IOException($"{name} is there already.");
            if (Rename(_root, ref First(from), folder, ref First(to), 0) != 0)
                throw Failed($"Cannot name the file {name}");
        }

        Sync(folder, name);
        Sync(_root, name);
    }

    public override void Dispose() => _root.Dispose();

    private SafeFileHandle? OpenFile(RawName name)
    {
        var segments = FetchPaths.Segments(name);
        using var folder = OpenFolder(segments, make: false);
        return folder is null ? null : Open(folder, Name(segments[^1]), NonBlocking | NoLink);
    }

    /// <summary>The folder that the last of the segments lies in; null when it is not there and shall not be made.</summary>
    private SafeFileHandle? OpenFolder(IReadOnlyList<byte[]> segments, bool make)
    {
        var at = Open(_root, Name([(byte)'.']), Folder)!;
        foreach (var segment in segments.SkipLast(1))
        {
            using var parent = at;
            var name = Name(segment);
            if (make && MakeFolder(parent, ref First(name), NewFolder) == 0)
                Sync(parent, new RawName(segment));
            else if (make && Marshal.GetLastPInvokeError() != Exists)
                throw Failed($"Cannot make the folder {new RawName(segment)}");
            if (Open(parent, name, Folder | NoLink) is not { } next)
                return null;
            at = next;
        }

        return at;
    }

    private static SafeFileHandle? Open(SafeFileHandle parent, byte[] name, int flags)
    {
        var fd = OpenAt(parent, ref First(name), flags | CloseOnExec);
        if (fd >= 0)
            return new SafeFileHandle(fd, ownsHandle: true);
        return Marshal.GetLastPInvokeError() switch
        {
            NotFound => null,
            NotAFolder or IsALink => throw new IOException(
                $"the folder holds {new RawName(name.AsSpan(0, name.Length - 1))}, a link or a file, which is not followed"),
            _ => throw Failed($"Cannot open {new RawName(name.AsSpan(0, name.Length - 1))}"),
        };
    }

    private static SafeFileHandle OpenRoot(string path)
    {
        var name = Name(System.Text.Encoding.UTF8.GetBytes(path));
        var fd = Open(ref First(name), Folder | CloseOnExec);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw Failed($"Cannot open the folder {path}");
    }

    private static void Sync(SafeFileHandle folder, RawName name)
    {
        if (Fsync(folder) != 0)
            throw Failed($"Cannot sync the folder of {name}");
    }

    private static byte[] Name(byte[] segment) => [.. segment, 0];

    private static ref byte First(byte[] name) => ref MemoryMarshal.GetArrayDataReference(name);

    private static IOException Failed(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}.");

    // Variadic in C, for the mode of a new file, which is not given here.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(ref byte path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(SafeFileHandle folder, ref byte path, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    private static partial int MakeFolder(SafeFileHandle folder, ref byte path, uint mode);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true)]
    private static partial int Rename(SafeFileHandle fromFolder, ref byte from, SafeFileHandle toFolder, ref byte to, uint flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle folder);
}
