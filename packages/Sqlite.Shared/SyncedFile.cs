using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>
/// A file of a writer's connection as SQLite's VFS sees it (https://sqlite.org/c3ref/io_methods.html), its database or its log. Its syncs,
/// SQLite's own and those that <see cref="LogSync"/> asks for from another thread, are <c>fdatasync</c>: the bundled SQLite was built
/// without that call, and its <c>fsync</c> makes the file system write the file's times at each of them.
/// </summary>
internal sealed unsafe class SyncedFile
{
    private const int FilePointer = 7, JournalPointer = 28; // SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER
    private const int SyncBegins = 21; // SQLITE_FCNTL_SYNC
    private const int SyncNormal = 2, SyncDataOnly = 0x10;

    private readonly SqliteOsFile* _file;
    private readonly IDataSync? _data;
    private bool _folderSynced;

    private SyncedFile(sqlite3 database, int pointer, Func<IDataSync> open)
    {
        var control = (delegate* unmanaged[Cdecl]<nint, byte*, int, SqliteOsFile**, int>)NativeLibrary.GetExport(
            SqliteLibrary.Handle, "sqlite3_file_control");
        SqliteOsFile* file = null;
        fixed (byte* main = "main\0"u8)
        {
            if (control(database.DangerousGetHandle(), main, pointer, &file) != raw.SQLITE_OK || file is null || file->Calls is null)
                throw SqliteStatements.Error(database, raw.SQLITE_IOERR);
        }

        _file = file;
        // On Windows SQLite's own sync is FlushFileBuffers, and on macOS PRAGMA fullfsync makes it F_FULLFSYNC: neither has anything
        // cheaper that is as safe.
        if (!OperatingSystem.IsLinux() || Portability.Is(Portability.OnlyPortable) || file->Calls->Version != FileCalls.Known)
            return;
        _data = Open(open);
        var calls = (OurCalls*)NativeMemory.Alloc((nuint)sizeof(OurCalls)); // freed when SQLite closes the file
        *calls = new OurCalls { Calls = *file->Calls, Theirs = file->Calls, File = GCHandle.ToIntPtr(GCHandle.Alloc(this)) };
        calls->Calls.Sync = &Sync;
        calls->Calls.Close = &Close;
        file->Calls = &calls->Calls;
    }

    /// <summary>The write-ahead log. Valid for as long as the connection is open.</summary>
    /// <exception cref="SqliteException">It cannot be opened a second time.</exception>
    public static SyncedFile Log(sqlite3 database, string path) => new(database, JournalPointer, () => new LogHandle(path + "-wal"));

    /// <summary>The database, which SQLite syncs after a checkpoint.</summary>
    public static SyncedFile Database(sqlite3 database, string path) => new(database, FilePointer, () => new BorrowedHandle(path));

    /// <summary>
    /// Set while a checkpoint moves the log into the database: that saves what is in a log that was deleted, where a commit to one would be
    /// lost.
    /// </summary>
    public bool Moving { get; set; }

    /// <summary>Puts what has been written on the disk, as a commit with <c>synchronous=FULL</c> does.</summary>
    /// <returns>SQLite's result code.</returns>
    public int Sync() => Check() is var wrong and not raw.SQLITE_OK ? wrong : _file->Calls->Sync(_file, SyncNormal | SyncDataOnly);

    private int Check() => _data?.Check() ?? raw.SQLITE_OK;

    private static IDataSync Open(Func<IDataSync> open)
    {
        try
        {
            return open();
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
        return ((SyncedFile)GCHandle.FromIntPtr(calls->File).Target!).Sync(calls->Theirs, flags);
    }

    private int Sync(FileCalls* theirs, int flags)
    {
        if (!Moving && Check() is var wrong and not raw.SQLITE_OK)
            return wrong;
        if (!_folderSynced)
        {
            // SQLite's own syncs the folder as well, so that the log of a new file is there after a power cut.
            var first = theirs->Sync(_file, flags);
            _folderSynced = first == raw.SQLITE_OK;
            return first;
        }

        // The VFS hears of it, as it does of a sync before a commit without a log. One that does not care (the system's own does not) does
        // not know the word.
        return theirs->FileControl(_file, SyncBegins, null) switch
        {
            raw.SQLITE_OK or raw.SQLITE_NOTFOUND => _data!.Sync() ?? theirs->Sync(_file, flags),
            var failure => failure,
        };
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(SqliteOsFile* file)
    {
        var calls = (OurCalls*)file->Calls;
        var ours = GCHandle.FromIntPtr(calls->File);
        ((SyncedFile)ours.Target!)._data!.Dispose();
        ours.Free();
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
        public nint File;
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
