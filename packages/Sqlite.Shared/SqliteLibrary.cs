using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>
/// Binds the managed provider to the system's own SQLite, which the distribution keeps patched; the library that goes with the provider
/// on NuGet is old and has known vulnerabilities, so it is not shipped.
/// </summary>
internal static class SqliteLibrary
{
    /// <summary>The oldest version that has everything used here (STRICT tables, RETURNING).</summary>
    public static readonly Version Needed = new(3, 37, 0);

    private static readonly string[] Names =
        OperatingSystem.IsWindows() ? ["winsqlite3.dll", "sqlite3.dll", "e_sqlite3.dll"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib", "/opt/homebrew/opt/sqlite/lib/libsqlite3.dylib"]
        : ["libsqlite3.so.0", "libsqlite3.so", "libe_sqlite3.so"];

    private static readonly Lazy<Version> Found = new(Bind);

    /// <summary>Loads the library once a process.</summary>
    /// <returns>Its version.</returns>
    /// <exception cref="SqliteFileException">There is none, or it is too old; the message says which it found and which it needs.</exception>
    public static Version Load(string path)
    {
        Version found;
        try
        {
            found = Found.Value;
        }
        catch (DllNotFoundException error)
        {
            throw new SqliteFileException(SqliteFailure.LibraryMissing, path,
                $"SQLite's library was not found (looked for {string.Join(", ", Names)}; {Needed} or newer is needed). "
                + "Install it (Debian: apt install libsqlite3-0).", error);
        }
        return found >= Needed
            ? found
            : throw new SqliteFileException(SqliteFailure.LibraryTooOld, path,
                $"SQLite {found} was found, {Needed} or newer is needed. Upgrade the system's SQLite library.");
    }

    // This source is compiled into several libraries that meet in one process. They agree through the provider's own
    // type object, and whoever comes second finds the resolver in place.
    private static Version Bind()
    {
        lock (typeof(SQLite3Provider_e_sqlite3))
        {
            try
            {
                NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            }
            catch (InvalidOperationException)
            {
                // Another copy has set it.
            }
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            // No connection here is used by two threads at once, nor may any of ADO.NET's be: without a mutex at each call and a count at each allocation a
            // write costs a tenth less. Whoever has opened a file before in this process has settled both, and then they stay as they were.
            raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
            raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
            return Version.Parse(raw.sqlite3_libversion().utf8_to_string());
        }
    }

    /// <summary>The library, for what the provider does not offer.</summary>
    public static nint Handle => Resolve("", typeof(SQLite3Provider_e_sqlite3).Assembly, null);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        foreach (var candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, searchPath, out var handle))
                return handle;
        }
        return 0;
    }
}
