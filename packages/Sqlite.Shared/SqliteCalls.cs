using System.Runtime.InteropServices;

namespace Sqlite.Shared;

/// <summary>
/// SQLite's functions that a message calls a hundred times, without the provider's handles between (https://sqlite.org/c3ref/funclist.html). Those that only move
/// a value return at once, wait for nobody and call nothing back, so the runtime does not leave managed code for them.
/// </summary>
internal static unsafe class SqliteCalls
{
    /// <summary>SQLITE_TRANSIENT: SQLite copies what it is given before it returns.</summary>
    public const nint Copy = -1;

    public static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long, int> BindInt64 =
        (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long, int>)Export("sqlite3_bind_int64");

    public static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> BindNull =
        (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)Export("sqlite3_bind_null");

    public static readonly delegate* unmanaged[Cdecl]<nint, int, byte*, int, nint, int> BindText =
        (delegate* unmanaged[Cdecl]<nint, int, byte*, int, nint, int>)Export("sqlite3_bind_text");

    public static readonly delegate* unmanaged[Cdecl]<nint, int, byte*, int, nint, int> BindBlob =
        (delegate* unmanaged[Cdecl]<nint, int, byte*, int, nint, int>)Export("sqlite3_bind_blob");

    public static readonly delegate* unmanaged[Cdecl]<nint, int> Step = (delegate* unmanaged[Cdecl]<nint, int>)Export("sqlite3_step");

    public static readonly delegate* unmanaged[Cdecl]<nint, int> Reset = (delegate* unmanaged[Cdecl]<nint, int>)Export("sqlite3_reset");

    public static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> ColumnType =
        (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)Export("sqlite3_column_type");

    public static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long> ColumnInt64 =
        (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long>)Export("sqlite3_column_int64");

    public static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> ColumnInt32 =
        (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)Export("sqlite3_column_int");

    public static readonly delegate* unmanaged[Cdecl]<nint, int, byte*> ColumnText = (delegate* unmanaged[Cdecl]<nint, int, byte*>)Export("sqlite3_column_text");

    public static readonly delegate* unmanaged[Cdecl]<nint, int, byte*> ColumnBlob = (delegate* unmanaged[Cdecl]<nint, int, byte*>)Export("sqlite3_column_blob");

    public static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> ColumnBytes =
        (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)Export("sqlite3_column_bytes");

    private static nint Export(string name) => NativeLibrary.GetExport(SqliteLibrary.Handle, name);
}
