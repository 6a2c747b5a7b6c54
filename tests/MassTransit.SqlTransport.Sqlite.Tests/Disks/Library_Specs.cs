using System.Text;
using MassTransit.SqlTransport.Sqlite.Tests.Processes;

namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

/// <summary>The library that comes with the packages, and programs that have another one, or none that loads.</summary>
[Trait("Rerun", "Never")]
public sealed class Library_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task There_is_one_library_in_the_process_and_it_is_the_bundled_one()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux tells what a process has mapped.");
        await using (await TransportClient.StartAsync(_folder.File("q.db")))
        {
            Assert.Equal("libe_sqlite3.so", Path.GetFileName(Assert.Single(Libraries())));
            Assert.StartsWith(AppContext.BaseDirectory, Libraries()[0], StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task A_library_that_does_not_load_is_told_with_what_it_needs()
    {
        var said = await OpenAsync(_ => "no library"u8.ToArray());
        Assert.StartsWith(nameof(SqliteTransportFailure.LibraryMissing), said, StringComparison.Ordinal);
        Assert.Contains("glibc 2.34", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_library_that_is_too_old_is_told_with_both_versions()
    {
        var said = await OpenAsync(library => Called(library, "3.7.17"));
        Assert.StartsWith(nameof(SqliteTransportFailure.LibraryTooOld), said, StringComparison.Ordinal);
        Assert.Contains("SQLite 3.7.17", said, StringComparison.Ordinal);
        Assert.Contains("3.37.0 or newer", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Health_tells_of_a_library_that_can_damage_a_file_and_the_bus_runs()
    {
        var said = await RunAsync("health", library => Called(library, "3.51.2"));
        Assert.Contains("Degraded: ", said, StringComparison.Ordinal);
        Assert.Contains("SQLite 3.51.2", said, StringComparison.Ordinal);
        Assert.Contains("walresetbug", said, StringComparison.Ordinal);
        Assert.Contains("SetProvider", said, StringComparison.Ordinal);
    }

    private Task<string> OpenAsync(Func<byte[], byte[]> change) => RunAsync("open", change);

    // The child runs from a copy of this folder, with another library in the place of the bundled one.
    private async Task<string> RunAsync(string verb, Func<byte[], byte[]> change)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux tells which library is to be replaced.");
        var here = AppContext.BaseDirectory;
        global::Sqlite.Shared.SqliteLibrary.Load("");
        var library = Path.GetRelativePath(here, Libraries()[0]);
        foreach (var file in Directory.GetFiles(here))
            File.Copy(file, _folder.File(Path.GetFileName(file)));
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(library))!);
        await File.WriteAllBytesAsync(_folder.File(library), change(await File.ReadAllBytesAsync(Path.Combine(here, library))));
        return await ChildProcess.RunAsync(_folder.Path, verb, _folder.File("q.db"));
    }

    // The bundled one, which says that it is older than it is.
    private static byte[] Called(byte[] library, string version)
    {
        var name = global::Sqlite.Shared.SqliteLibrary.Load("").ToString();
        var at = library.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{name}\0"));
        Assert.True(at > 0 && version.Length == name.Length, "the library carries its version as text, as long as the other");
        Encoding.ASCII.GetBytes(version).CopyTo(library, at);
        return library;
    }

    private static List<string> Libraries() => [.. File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..])
        .Where(path => path.Contains("sqlite3.so", StringComparison.Ordinal)).Distinct()];
}
