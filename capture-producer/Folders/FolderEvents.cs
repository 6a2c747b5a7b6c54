using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Folders;

/// <summary>What happened in a watched folder.</summary>
internal enum FolderEventKind
{
    /// <summary>A file that was open for writing was closed.</summary>
    Written,

    /// <summary>Something was given this name, by a rename.</summary>
    MovedTo,

    /// <summary>Something lost this name, by a rename.</summary>
    MovedFrom,

    /// <summary>Something was made, or its rights or times were changed.</summary>
    Changed,

    /// <summary>A name was removed.</summary>
    Removed,

    /// <summary>Events were lost, or a folder moved: everything has to be looked at.</summary>
    LookAgain,

    /// <summary>A disk was mounted or unmounted: everything has to be looked at as if for the first time.</summary>
    OtherDisk,
}

/// <summary>One event.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Path">To what; null for the last two.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Cookie">The same for both halves of a rename; 0 otherwise.</param>
internal readonly record struct FolderEvent(FolderEventKind Kind, RawName? Path, bool IsFolder = false, uint Cookie = 0);

/// <summary>
/// inotify(7) with names as bytes. FileSystemWatcher decodes names, and tells neither the end of a write nor a rename within its folder
/// from one out of it. Not thread-safe but for the thread of its own that waits for events.
/// </summary>
internal sealed partial class FolderEvents : IDisposable
{
    private const int MaxQueued = 100_000;
    private const uint Attributes = 0x4, CloseWrite = 0x8, From = 0x40, To = 0x80, Create = 0x100, Delete = 0x200;
    private const uint Unmounted = 0x2000, Overflow = 0x4000, Ignored = 0x8000, OnlyFolders = 0x01000000, Folder = 0x40000000;
    private const int HeaderBytes = 16; // struct inotify_event without its name

    private readonly PosixFolder _folder;
    private readonly SafeFileHandle _inotify;
    private readonly SafeFileHandle _wake;
    private readonly MountTable _mounts;
    private readonly Dictionary<int, RawName?> _folders = [];
    private readonly Queue<FolderEvent> _events = new();
    private readonly Lock _lock = new();
    private readonly Thread _thread;
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    private FolderEvents(PosixFolder folder, SafeFileHandle inotify, SafeFileHandle wake, MountTable mounts)
    {
        (_folder, _inotify, _wake, _mounts) = (folder, inotify, wake, mounts);
        _thread = new Thread(Run) { IsBackground = true, Name = "folder events" };
        _thread.Start();
    }

    /// <summary>Starts; null where there are no events, or none can be trusted: a share tells nothing of what others do.</summary>
    public static FolderEvents? TryStart(SourceFolder folder)
    {
        if (folder is not PosixFolder posix || !IsLocal(posix))
            return null;
        var inotify = new SafeFileHandle(Init(0x800 | 0x80000), ownsHandle: true); // IN_NONBLOCK | IN_CLOEXEC
        var wake = new SafeFileHandle(EventFd(0, 0x80000), ownsHandle: true);
        try
        {
            using var root = posix.OpenFolder(null);
            if (!inotify.IsInvalid && !wake.IsInvalid)
                return new FolderEvents(posix, inotify, wake, MountTable.Of(root));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without one of them it is looked.
        }

        inotify.Dispose();
        wake.Dispose();
        return null;
    }

    /// <summary>Ends when there is an event.</summary>
    public Task ArrivedAsync()
    {
        lock (_lock)
            return _arrived.Task;
    }

    /// <summary>Watches a folder; false when the system has no watches left, or the folder is gone.</summary>
    public unsafe bool TryAdd(RawName? folder)
    {
        try
        {
            using var opened = _folder.OpenFolder(folder);
            fixed (byte* path = System.Text.Encoding.ASCII.GetBytes($"/proc/self/fd/{opened.DangerousGetHandle()}\0"))
            {
                var watch = AddWatch(
                    _inotify, path, Attributes | CloseWrite | From | To | Create | Delete | OnlyFolders);
                if (watch < 0)
                    return false;
                lock (_lock)
                    _folders[watch] = folder;
                return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The events since the last call.</summary>
    public IReadOnlyList<FolderEvent> Take()
    {
        lock (_lock)
        {
            if (_events.Count == 0)
                return [];
            FolderEvent[] taken = [.. _events];
            _events.Clear();
            _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return taken;
        }
    }

    public void Dispose()
    {
        _stopping = true;
        Wake(_wake);
        _thread.Join();
        _inotify.Dispose();
        _wake.Dispose();
        _mounts.Dispose();
    }

    private void Run()
    {
        var buffer = new byte[64 * 1024];
        while (!_stopping)
        {
            Span<PollEntry> waiting =
            [
                new PollEntry((int)_inotify.DangerousGetHandle()), new PollEntry((int)_wake.DangerousGetHandle()),
                new PollEntry((int)_mounts.Handle.DangerousGetHandle()) { Events = 2 }, // POLLPRI
            ];
            _ = Poll(ref MemoryMarshal.GetReference(waiting), 3, -1);
            if (waiting[2].Returned != 0 && _mounts.HasChanged())
                OtherDisk();
            for (int read; !_stopping && (read = Read(buffer)) > 0;)
                Queue(buffer.AsSpan(0, read));
        }
    }

    private void OtherDisk()
    {
        lock (_lock)
        {
            _events.Enqueue(new FolderEvent(FolderEventKind.OtherDisk, null));
            _arrived.TrySetResult();
        }
    }

    private unsafe int Read(byte[] buffer)
    {
        fixed (byte* at = buffer)
            return (int)Read(_inotify, at, (nuint)buffer.Length);
    }

    private void Queue(ReadOnlySpan<byte> events)
    {
        lock (_lock)
        {
            while (!events.IsEmpty)
            {
                var length = HeaderBytes + (int)MemoryMarshal.Read<uint>(events[12..]);
                Queue(MemoryMarshal.Read<int>(events), MemoryMarshal.Read<uint>(events[4..]), MemoryMarshal.Read<uint>(events[8..]),
                    events[HeaderBytes..length].TrimEnd((byte)0));
                events = events[length..];
            }

            _arrived.TrySetResult();
        }
    }

    private void Queue(int watch, uint mask, uint cookie, ReadOnlySpan<byte> name)
    {
        if ((mask & Ignored) != 0)
            _folders.Remove(watch);
        else if ((mask & Unmounted) != 0)
            _events.Enqueue(new FolderEvent(FolderEventKind.OtherDisk, null));
        else if ((mask & Overflow) != 0 || _events.Count >= MaxQueued)
            LookAgain();
        else if (!name.IsEmpty && _folders.TryGetValue(watch, out var folder))
            Queue(Join(folder, name), mask, cookie);
    }

    private void Queue(RawName? path, uint mask, uint cookie)
    {
        var isFolder = (mask & Folder) != 0;
        // The watch of a folder that moves goes with it, and so does its old path: all are made anew.
        if (path is null || (isFolder && (mask & (From | To)) != 0))
        {
            LookAgain();
            return;
        }

        var kind = (mask & CloseWrite) != 0 ? FolderEventKind.Written
            : (mask & To) != 0 ? FolderEventKind.MovedTo
            : (mask & From) != 0 ? FolderEventKind.MovedFrom
            : (mask & Delete) != 0 ? FolderEventKind.Removed
            : FolderEventKind.Changed;
        _events.Enqueue(new FolderEvent(kind, path, isFolder, cookie));
    }

    private void LookAgain()
    {
        var unmounted = _events.Where(e => e.Kind == FolderEventKind.OtherDisk).Take(1).ToList();
        _events.Clear();
        unmounted.ForEach(_events.Enqueue);
        _events.Enqueue(new FolderEvent(FolderEventKind.LookAgain, null));
    }

    private static RawName? Join(RawName? folder, ReadOnlySpan<byte> name) =>
        folder is null ? new RawName(name)
        : folder.Bytes.Length + 1 + name.Length > RawName.MaxBytes ? null
        : new RawName([.. folder.Bytes.Span, (byte)'/', .. name]);

    private static unsafe bool IsLocal(PosixFolder folder)
    {
        // NFS, SMB, CIFS, SMB2, FUSE (sshfs and NTFS alike), 9P, VirtualBox, Ceph, AFS, Coda: what is written from elsewhere makes no
        // event.
        ReadOnlySpan<uint> told = [0x6969, 0x517B, 0xFF534D42, 0xFE534D42, 0x65735546, 0x01021997, 0x786F4256, 0x00C36400, 0x5346414F,
            0x73757245];
        try
        {
            using var opened = folder.OpenFolder(null);
            var buffer = stackalloc byte[512]; // struct statfs is 120 bytes and begins with the type, as wide as a pointer
            return StatFs(opened, buffer) == 0 && !told.Contains((uint)*(nuint*)buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static unsafe void Wake(SafeFileHandle wake)
    {
        var one = 1L;
        _ = Write(wake, (byte*)&one, sizeof(long));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry(int fd)
    {
        public int Fd = fd;
        public short Events = 1; // POLLIN
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Init(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true)]
    private static unsafe partial int AddWatch(SafeFileHandle inotify, byte* path, uint mask);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int EventFd(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static unsafe partial nint Read(SafeFileHandle file, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(SafeFileHandle file, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "fstatfs")]
    private static unsafe partial int StatFs(SafeFileHandle folder, byte* buffer);
}
