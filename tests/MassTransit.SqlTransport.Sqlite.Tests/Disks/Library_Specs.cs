using MassTransit.SqlTransport.Sqlite.Tests.Processes;

namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

/// <summary>Systems without SQLite, or with an old one.</summary>
[Trait("Rerun", "Never")]
public sealed class Library_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_system_without_the_library_is_told_what_to_install()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux lets a test stand another library in front of the system's.");
        foreach (var name in (string[])["libsqlite3.so.0", "libsqlite3.so", "libe_sqlite3.so"])
            await File.WriteAllTextAsync(_folder.File(name), "no library");
        var said = await OpenAsync();
        Assert.StartsWith(nameof(SqliteTransportFailure.LibraryMissing), said);
        Assert.Contains("libsqlite3-0", said);
        Assert.Contains("3.37", said);
    }

    [SkippableFact]
    public async Task A_system_with_an_old_library_is_told_both_versions()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux lets a test stand another library in front of the system's.");
        // The system's own, which says that it is older than it is.
        var version = global::Sqlite.Shared.SqliteLibrary.Load("").ToString();
        var library = await File.ReadAllBytesAsync(SystemLibrary());
        var at = library.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes($"\0{version}\0"));
        Assert.True(at > 0, "the library carries its version as text");
        System.Text.Encoding.ASCII.GetBytes("3.7.17".PadRight(version.Length, '0')[..version.Length]).CopyTo(library, at + 1);
        await File.WriteAllBytesAsync(_folder.File("libsqlite3.so.0"), library);
        var said = await OpenAsync();
        Assert.StartsWith(nameof(SqliteTransportFailure.LibraryTooOld), said);
        Assert.Contains("SQLite 3.7.17", said);
        Assert.Contains("3.37.0 or newer", said);
    }

    private Task<string> OpenAsync() => ChildProcess.RunAsync("open", _folder.File("q.db"), ("LD_LIBRARY_PATH", _folder.Path));

    private static string SystemLibrary() => File.ReadLines("/proc/self/maps")
        .Select(line => line[(line.LastIndexOf(' ') + 1)..]).First(path => path.Contains("libsqlite3.so", StringComparison.Ordinal));
}
