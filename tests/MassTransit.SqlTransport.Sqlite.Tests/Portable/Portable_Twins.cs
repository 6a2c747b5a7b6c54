using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Portable;

/// <summary>What only one system has and its twin do the same.</summary>
public sealed class Portable_Twins : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static IEnumerable<object[]> Locks => OperatingSystem.IsWindows() ? [["portable"], ["windows"]] : [["portable"], ["posix"]];

    [Theory]
    [MemberData(nameof(Locks))]
    public async Task A_lock_is_one_holders_at_a_time_and_goes_to_who_waits_when_it_is_left(string kind)
    {
        var path = _folder.File("lock");
        using var first = Open(kind, path);
        using var second = Open(kind, path);
        Assert.True(first.TryTake());
        Assert.False(second.TryTake());
        var waiting = Task.Factory.StartNew(second.Take, TaskCreationOptions.LongRunning);
        first.Release();
        await waiting.WaitAsync(Wait.Bound, TimeProvider.System);
        Assert.False(first.TryTake());
        second.Dispose(); // as the system does when a process dies
        Assert.True(first.TryTake());
    }

    [Theory]
    [MemberData(nameof(Locks))]
    public void A_lock_that_cannot_be_opened_is_told_at_once(string kind) =>
        Assert.ThrowsAny<IOException>(() => Open(kind, _folder.File("missing/lock")));

    [Fact]
    public void A_path_that_leads_nowhere_any_more_is_seen_in_every_way()
    {
        var path = _folder.File("file");
        Assert.Null(FileNode.Of(path));
        File.WriteAllText(path, "one");
        var before = FileNode.Of(path);
        Assert.NotNull(before);
        File.AppendAllText(path, "more");
        Assert.Equal(before, FileNode.Of(path));
        File.Delete(path);
        Assert.Null(FileNode.Of(path));
    }

    private static IFileLock Open(string kind, string path) => kind switch
    {
        "posix" => new PosixFileLock(path),
        "windows" => new WindowsFileLock(path),
        _ => new PortableFileLock(path),
    };
}
