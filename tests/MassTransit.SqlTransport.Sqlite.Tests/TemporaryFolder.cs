namespace MassTransit.SqlTransport.Sqlite.Tests;

/// <summary>A folder of its own for a test, gone with it.</summary>
/// <param name="inMemory">Where the system has such a place, for tests that make many copies and do not care for the disk.</param>
public sealed class TemporaryFolder(bool inMemory = false) : IDisposable
{
    private const string MemoryFolder = "/dev/shm";

    public string Path { get; } = inMemory && Directory.Exists(MemoryFolder)
        ? Directory.CreateDirectory(System.IO.Path.Combine(MemoryFolder, $"sqlite-transport-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("sqlite-transport-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
