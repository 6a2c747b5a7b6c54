using System.Runtime.InteropServices;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>A connection's write-ahead log as SQLite's VFS sees it, to sync it from another thread (https://sqlite.org/c3ref/io_methods.html).</summary>
internal sealed unsafe class LogFile
{
    private const int JournalPointer = 28; // SQLITE_FCNTL_JOURNAL_POINTER
    private const int SyncNormal = 2, SyncDataOnly = 0x10;

    private readonly SqliteOsFile* _file;

    /// <summary>Valid for as long as the connection is open.</summary>
    public LogFile(sqlite3 database)
    {
        var control = (delegate* unmanaged[Cdecl]<nint, byte*, int, SqliteOsFile**, int>)NativeLibrary.GetExport(SqliteLibrary.Handle, "sqlite3_file_control");
        SqliteOsFile* file = null;
        fixed (byte* main = "main\0"u8)
        {
            if (control(database.DangerousGetHandle(), main, JournalPointer, &file) != raw.SQLITE_OK || file is null || file->Calls is null)
                throw SqliteStatements.Error(database, raw.SQLITE_IOERR);
        }
        _file = file;
    }

    /// <summary>Puts what has been written on the disk, as a commit with <c>synchronous=FULL</c> does.</summary>
    /// <returns>SQLite's result code.</returns>
    public int Sync() => _file->Calls->Sync(_file, SyncNormal | SyncDataOnly);

    /// <summary>The part of sqlite3_file that every VFS shares.</summary>
    private struct SqliteOsFile
    {
#pragma warning disable CS0649 // SQLite fills it
        public FileCalls* Calls;
    }

    /// <summary>The beginning of sqlite3_io_methods.</summary>
    private struct FileCalls
    {
        public int Version;
        public nint Close, Read, Write, Truncate;
        public delegate* unmanaged[Cdecl]<SqliteOsFile*, int, int> Sync;
    }
#pragma warning restore CS0649
}
