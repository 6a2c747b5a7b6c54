using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

/// <summary>
/// SQLite's default VFS with its writing calls led through <see cref="TestDisk"/> for the files of watched folders; all other files stay as
/// they are. It needs nothing but the runtime, where a preloaded library would need a compiler (https://sqlite.org/vfs.html).
/// </summary>
internal static unsafe class DiskShim
{
    private const int OpenCall = 0, DeleteCall = 1; // the first of sqlite3_vfs's methods
    private const int SyncBegins = 21; // SQLITE_FCNTL_SYNC
    private static readonly ConcurrentDictionary<nint, OpenFile> Files = new();
    private static readonly ConcurrentDictionary<string, TestDisk> Disks = new();
    private static readonly Lock Gate = new();
    private static Vfs* _real;

    /// <summary>Watches the files of a folder that are opened from now on.</summary>
    public static void Watch(string folder, TestDisk disk)
    {
        lock (Gate)
        {
            if (_real is null)
                Register();
        }

        Disks[folder] = disk;
    }

    public static void Forget(string folder) => Disks.TryRemove(folder, out _);

    private static void Register()
    {
        var library = NativeLibrary.Load("e_sqlite3", typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, null);
        var find = (delegate* unmanaged<byte*, Vfs*>)NativeLibrary.GetExport(library, "sqlite3_vfs_find");
        var register = (delegate* unmanaged<Vfs*, int, int>)NativeLibrary.GetExport(library, "sqlite3_vfs_register");
        var initialize = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "sqlite3_initialize");
        if (initialize() != 0)
            throw new InvalidOperationException("SQLite does not start.");
        _real = find(null);
        // A copy whose calls are the real ones but for opening. SQLite keeps it for the life of the process.
        var shim = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *shim = *_real;
        shim->Next = null;
        shim->Name = (byte*)Marshal.StringToCoTaskMemUTF8("test-disk");
        shim->Calls[OpenCall] = (nint)(delegate* unmanaged[Cdecl]<Vfs*, byte*, SqliteOsFile*, int, int*, int>)&Open;
        shim->Calls[DeleteCall] = (nint)(delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int>)&Delete;
        if (register(shim, 1) != 0)
            throw new InvalidOperationException("SQLite refuses the test disk.");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, SqliteOsFile* file, int flags, int* outFlags)
    {
        var result = ((delegate* unmanaged<Vfs*, byte*, SqliteOsFile*, int, int*, int>)_real->Calls[OpenCall])(_real,
            name, file, flags, outFlags);
        if (result != 0 || name is null || Marshal.PtrToStringUTF8((nint)name) is not { } path)
            return result;
        if (!Disks.TryGetValue(Path.GetDirectoryName(path) ?? "", out var disk))
            return result;
        var calls = (FileCalls*)NativeMemory.Alloc((nuint)sizeof(FileCalls)); // freed when the file is closed
        *calls = *file->Calls;
        Files[(nint)file] = new OpenFile(disk, Path.GetFileName(path), (nint)file->Calls, (nint)calls);
        calls->Close = &Close;
        calls->Write = &Write;
        calls->Truncate = &Truncate;
        calls->Sync = &Sync;
        calls->FileControl = &FileControl;
        file->Calls = calls;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* name, int syncFolder)
    {
        var path = Marshal.PtrToStringUTF8((nint)name)!;
        if (Disks.TryGetValue(Path.GetDirectoryName(path) ?? "", out var disk)
            && disk.Delete(Path.GetFileName(path), syncFolder != 0) is var failure and not 0)
        {
            return failure;
        }

        return ((delegate* unmanaged<Vfs*, byte*, int, int>)_real->Calls[DeleteCall])(_real, name, syncFolder);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(SqliteOsFile* file)
    {
        Files.TryRemove((nint)file, out var open);
        file->Calls = (FileCalls*)open!.Real;
        NativeMemory.Free((void*)open.Shim);
        return file->Calls->Close(file);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(SqliteOsFile* file, byte* data, int length, long offset)
    {
        var open = Files[(nint)file];
        var failure = open.Disk.Write(open.Name, offset, new ReadOnlySpan<byte>(data, length));
        return failure != 0 ? failure : ((FileCalls*)open.Real)->Write(file, data, length, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(SqliteOsFile* file, long size)
    {
        var open = Files[(nint)file];
        var failure = open.Disk.Truncate(open.Name, size);
        return failure != 0 ? failure : ((FileCalls*)open.Real)->Truncate(file, size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(SqliteOsFile* file, int flags)
    {
        var open = Files[(nint)file];
        var failure = open.Disk.Sync(open.Name);
        return failure != 0 ? failure : ((FileCalls*)open.Real)->Sync(file, flags);
    }

    // What is synced by another call than SQLite's own says so.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(SqliteOsFile* file, int operation, void* argument)
    {
        var open = Files[(nint)file];
        var failure = operation == SyncBegins ? open.Disk.Sync(open.Name) : 0;
        return failure != 0 ? failure : ((FileCalls*)open.Real)->FileControl(file, operation, argument);
    }

    private sealed record OpenFile(TestDisk Disk, string Name, nint Real, nint Shim);

    /// <summary>sqlite3_vfs, version 3.</summary>
    private struct Vfs
    {
#pragma warning disable CS0649 // SQLite fills it
        public int Version, FileSize, MostPathLength;
        public Vfs* Next;
        public byte* Name;
        public void* Data;
        public MethodTable Calls;
    }

    [InlineArray(16)]
    private struct MethodTable
    {
        private nint _first;
    }

    /// <summary>The part of sqlite3_file that every VFS shares.</summary>
    private struct SqliteOsFile
    {
        public FileCalls* Calls;
    }

    /// <summary>sqlite3_io_methods, version 3.</summary>
    private struct FileCalls
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<SqliteOsFile*, int> Close;
        public nint Read;
        public delegate* unmanaged[Cdecl]<SqliteOsFile*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<SqliteOsFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<SqliteOsFile*, int, int> Sync;
        public nint FileSize, Lock, Unlock, CheckReservedLock;
        public delegate* unmanaged[Cdecl]<SqliteOsFile*, int, void*, int> FileControl;
        public RestTable Rest;
    }

    [InlineArray(8)]
    private struct RestTable
    {
        private nint _first;
    }
#pragma warning restore CS0649
}
