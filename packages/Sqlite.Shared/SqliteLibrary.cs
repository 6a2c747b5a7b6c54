using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>
/// The SQLite library of this process. It comes with the packages, and whoever opens a file first loads it; an application that has chosen
/// another one for all of its parts (<c>SQLitePCL.raw.SetProvider</c> and <c>FreezeProvider</c>) keeps that.
/// </summary>
internal static class SqliteLibrary
{
    /// <summary>The oldest version that has everything used here (STRICT tables, RETURNING).</summary>
    public static readonly Version Needed = new(3, 37, 0);

    /// <summary>The oldest version without the WAL-reset bug (https://sqlite.org/wal.html#walresetbug).</summary>
    public static readonly Version Sound = new(3, 51, 3);

    private static readonly Lazy<Version> Found = new(Bind);

    /// <summary>Loads the library once a process.</summary>
    /// <returns>Its version.</returns>
    /// <exception cref="SqliteFileException">
    /// There is none, or it is too old; the message says which it found and which it needs.
    /// </exception>
    public static Version Load(string path)
    {
        Version found;
        try
        {
            found = Found.Value;
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException)
        {
            throw new SqliteFileException(SqliteFailure.LibraryMissing, path,
                "SQLite's library (e_sqlite3), which comes with this package, cannot be loaded. On Linux it needs glibc 2.34 (Debian 12, "
                + "Ubuntu 22.04) or musl; a program that was built for one kind of machine (-r) carries that one's alone. "
                + $"({error.GetBaseException().Message})", error);
        }

        return found >= Needed
            ? found
            : throw new SqliteFileException(SqliteFailure.LibraryTooOld, path,
                $"SQLite {found} was found, {Needed} or newer is needed. {Advice}");
    }

    /// <summary>What is to be known of a library that works but has the WAL-reset bug; null for a sound one.</summary>
    public static string? Notice => Found.Value is var found && found < Sound
        ? $"SQLite {found} was found. 3.7.0 to 3.51.2 can damage a file in WAL mode when another program checkpoints it at the moment of "
          + $"a write (https://sqlite.org/wal.html#walresetbug). {Advice}"
        : null;

    /// <summary>The library, for what the provider does not offer.</summary>
    public static nint Handle => NativeLibrary.Load(raw.GetNativeLibraryName(), typeof(SQLite3Provider_e_sqlite3).Assembly, null);

    private static string Advice => $"A sound one comes with this package, but another part of the program chose "
        + $"{raw.GetNativeLibraryName()}: take away its SQLitePCLRaw.lib or SQLitePCLRaw.provider package, or its call of "
        + "SQLitePCL.raw.SetProvider.";

    private static Version Bind()
    {
        // ADO.NET's provider sets the library, as it does for everybody
        RuntimeHelpers.RunClassConstructor(typeof(SqliteConnection).TypeHandle);
        return Version.Parse(raw.sqlite3_libversion().utf8_to_string());
    }
}
