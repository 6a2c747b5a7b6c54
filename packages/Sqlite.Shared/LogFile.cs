using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>
/// A writer's write-ahead log as SQLite's VFS sees it (https://sqlite.org/c3ref/io_methods.html). Its syncs, SQLite's own and those that
/// <see cref="LogSync"/> asks for from another thread, are <c>fdatasync</c> on a handle of ours: a SQLite that was built without that call writes the
/// file's times to the disk at each of them.
/// </summary>
internal sealed unsafe class LogFile
{
    private const int JournalPointer = 28; // SQLITE_FCNTL_JOURNAL_POINTER
    private const int SyncBegins = 21; // SQLITE_FCNTL_SYNC
    private const int SyncNormal = 2, SyncDataOnly = 0x10;
    private const int SyncFailed = raw.SQLITE_IOERR | (4 << 8); // SQLITE_IOERR_FSYNC

    /// <summary>The log is no longer the file at its path (SQLITE_IOERR_VNODE, which SQLite leaves to extensions).</summary>
    public const int Replaced = raw.SQLITE_IOERR | (27 << 8);

    private readonly SqliteOsFile* _file;
    private readonly LogHandle? _handle;
    private bool _folderSynced;

    /// <summary>Valid for as long as the connection is open.</summary>
    /// <exception cref="SqliteException">The log cannot be opened a second time.</exception>
    public LogFile(sqlite3 database, string path)
    {
        var control = (delegate* unmanaged[Cdecl]<nint, byte*, int, SqliteOsFile**, int>)NativeLibrary.GetExport(SqliteLibrary.Handle, "sqlite3_file_control");
        SqliteOsFile* file = null;
        fixed (byte* main = "main\0"u8)
        {
            if (control(database.DangerousGetHandle(), main, JournalPointer, &file) != raw.SQLITE_OK || file is null || file->Calls is null)
                throw SqliteStatements.Error(database, raw.SQLITE_IOERR);
        }
        _file = file;
        if (!LogHandle.Supported || file->Calls->Version != FileCalls.Known)
            return;
        _handle = Open(path + "-wal");
        var calls = (OurCalls*)NativeMemory.Alloc((nuint)sizeof(OurCalls)); // freed when SQLite closes the file
        *calls = new OurCalls { Calls = *file->Calls, Theirs = file->Calls, Log = GCHandle.ToIntPtr(GCHandle.Alloc(this)) };
        calls->Calls.Sync = &Sync;
        calls->Calls.Close = &Close;
        file->Calls = &calls->Calls;
    }

    /// <summary>Puts what has been written on the disk, as a commit with <c>synchronous=FULL</c> does.</summary>
    /// <returns>SQLite's result code.</returns>
    public int Sync() => _file->Calls->Sync(_file, SyncNormal | SyncDataOnly);

    private static LogHandle Open(string path)
    {
        try
        {
            return new LogHandle(path);
        }
        catch (IOException error)
        {
            throw new SqliteException(error.Message, raw.SQLITE_IOERR);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(SqliteOsFile* file, int flags)
    {
        var calls = (OurCalls*)file->Calls;
        return ((LogFile)GCHandle.FromIntPtr(calls->Log).Target!).Sync(calls->Theirs, flags);
    }

    private int Sync(FileCalls* theirs, int flags)
    {
        if (!_handle!.IsAtItsPath())
            return Replaced;
        if (!_folderSynced)
        {
            // SQLite's own syncs the folder as well, so that the log of a new file is there after a power cut.
            var first = theirs->Sync(_file, flags);
            _folderSynced = first == raw.SQLITE_OK;
            return first;
        }
        // The VFS hears of it, as it does of a database's sync. One that does not care (the system's own does not) does not know the word.
        return theirs->FileControl(_file, SyncBegins, null) switch
        {
            raw.SQLITE_OK or raw.SQLITE_NOTFOUND => _handle.Sync() ? raw.SQLITE_OK : SyncFailed,
            var failure => failure,
        };
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(SqliteOsFile* file)
    {
        var calls = (OurCalls*)file->Calls;
        var log = GCHandle.FromIntPtr(calls->Log);
        ((LogFile)log.Target!)._handle!.Dispose();
        log.Free();
        file->Calls = calls->Theirs;
        NativeMemory.Free(calls);
        return file->Calls->Close(file);
    }

    /// <summary>The part of sqlite3_file that every VFS shares.</summary>
    private struct SqliteOsFile
    {
#pragma warning disable CS0649 // SQLite fills it
        public FileCalls* Calls;
    }

    /// <summary>The file's calls with two of ours in them, and what those need.</summary>
    private struct OurCalls
    {
        public FileCalls Calls;
        public FileCalls* Theirs;
        public nint Log;
    }

    /// <summary>sqlite3_io_methods.</summary>
    private struct FileCalls
    {
        public const int Known = 3;

        public int Version;
        public delegate* unmanaged[Cdecl]<SqliteOsFile*, int> Close;
        public nint Read, Write, Truncate;
        public delegate* unmanaged[Cdecl]<SqliteOsFile*, int, int> Sync;
        public nint FileSize, Lock, Unlock, CheckReservedLock;
        public delegate* unmanaged[Cdecl]<SqliteOsFile*, int, void*, int> FileControl;
        public nint SectorSize, DeviceCharacteristics, ShmMap, ShmLock, ShmBarrier, ShmUnmap, Fetch, Unfetch;
    }
#pragma warning restore CS0649
}
