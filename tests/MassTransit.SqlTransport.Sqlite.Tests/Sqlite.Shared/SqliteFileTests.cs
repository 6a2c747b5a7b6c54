using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Shared;

public sealed class SqliteFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public SqliteFileTests() => _path = _folder.File("test.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_write_is_seen_by_the_next_read()
    {
        await using var file = await OpenWithTable();
        await Insert(file, 1);
        Assert.Equal([1], await Numbers(file));
    }

    [Fact]
    public async Task A_failing_item_undoes_itself_and_nobody_else()
    {
        await using var file = await OpenWithTable();
        using var begun = new ManualResetEventSlim();
        var hold = file.WriteAsync(c => { begun.Wait(TimeSpan.FromSeconds(10)); Add(c, 0); }, default);
        // Queued behind the held one, so that all of these share one transaction.
        Task[] items =
        [
            Insert(file, 1),
            file.WriteAsync(c => { Add(c, 2); throw new InvalidDataException("mine"); }, default),
            Insert(file, 3),
            Insert(file, 3), // a constraint
            Insert(file, 4),
        ];
        begun.Set();
        await hold;
        await items[0];
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidDataException>(() => items[1])).Message);
        await items[2];
        await Assert.ThrowsAsync<SqliteException>(() => items[3]);
        await items[4];
        Assert.Equal([0, 1, 3, 4], await Numbers(file));
    }

    [Fact]
    public async Task A_failing_first_item_leaves_room_for_the_others()
    {
        await using var file = await OpenWithTable();
        var failing = file.WriteAsync(c => { Add(c, 1); throw new InvalidDataException(); }, default);
        var other = Insert(file, 2);
        await Assert.ThrowsAsync<InvalidDataException>(() => failing);
        await other;
        Assert.Equal([2], await Numbers(file));
    }

    [Fact]
    public async Task Without_savepoints_work_that_fails_before_its_first_change_fails_alone_and_later_with_those_before_it()
    {
        await using var file = await Open(new SqliteFileOptions { Path = _path, Savepoints = false });
        await file.MigrateAsync(["CREATE TABLE number (n INTEGER PRIMARY KEY) STRICT"], default);
        await TogetherAsync(early: true);
        Assert.Equal([0, 1, 3], await Numbers(file));
        await TogetherAsync(early: false);
        Assert.Equal([0, 1, 3, 13], await Numbers(file));

        async Task TogetherAsync(bool early)
        {
            var first = early ? 0 : 10;
            using var begun = new ManualResetEventSlim();
            Task[] items =
            [
                file.WriteAsync(c => { begun.Wait(TimeSpan.FromSeconds(10)); Add(c, first); }, default),
                Insert(file, first + 1),
                file.WriteAsync(c => { if (!early) Add(c, first + 2); throw new InvalidDataException("mine"); }, default),
            ];
            var last = Insert(file, first + 3);
            begun.Set();
            Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidDataException>(() => items[2])).Message);
            foreach (var other in (Task[])[items[0], items[1]])
                Assert.Equal(early, await Record.ExceptionAsync(() => other) is null);
            await last;
        }
    }

    [Fact]
    public async Task A_watch_tells_what_others_write_and_not_what_it_writes_itself()
    {
        var (looks, changes) = (0, 0);
        await using var file = await SqliteFile.OpenAsync(new SqliteFileOptions
        {
            Path = _path,
            Looked = changed =>
            {
                Interlocked.Increment(ref looks);
                Interlocked.Add(ref changes, changed ? 1 : 0);
            },
        }, TimeProvider.System, default);
        await file.MigrateAsync(["CREATE TABLE number (n INTEGER PRIMARY KEY) STRICT"], default);
        file.WatchEvery(TimeSpan.FromMilliseconds(20));
        await LooksAsync(3);
        var before = Volatile.Read(ref changes);
        await Insert(file, 1);
        await LooksAsync(3);
        Assert.Equal(before, Volatile.Read(ref changes));
        await using var other = await Open();
        await Insert(other, 2);
        await Wait.Until(() => Volatile.Read(ref changes) > before, "the other's write to be seen");

        Task LooksAsync(int more)
        {
            var enough = Volatile.Read(ref looks) + more;
            return Wait.Until(() => Volatile.Read(ref looks) >= enough, $"{more} looks");
        }
    }

    [Fact]
    public async Task Work_that_ends_the_shared_transaction_is_refused_and_the_file_goes_on()
    {
        await using var file = await OpenWithTable();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => file.WriteAsync(c => { Add(c, 1); ((SqliteFileConnection)c).Run("COMMIT"); }, default));
        await Insert(file, 2);
        Assert.Contains(2L, await Numbers(file));
    }

    [Fact]
    public async Task A_transaction_that_fails_takes_nobody_along_who_was_not_in_it()
    {
        await using var file = await OpenWithTable();
        Task queued = null!;
        await Assert.ThrowsAsync<InvalidOperationException>(() => file.WriteAsync(c =>
        {
            queued = Insert(file, 2);
            ((SqliteFileConnection)c).Run("COMMIT");
        }, default));
        await queued;
        Assert.Equal([2], await Numbers(file));
    }

    [Fact]
    public async Task A_queued_write_can_be_withdrawn_and_a_running_one_cannot()
    {
        await using var file = await OpenWithTable();
        using var release = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var running = file.WriteAsync(c => { begun.SetResult(); release.Wait(TimeSpan.FromSeconds(10)); Add(c, 1); }, cancellation.Token);
        await begun.Task;
        var queued = file.WriteAsync(c => Add(c, 2), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        release.Set();
        await running;
        Assert.Equal([1], await Numbers(file));
    }

    [Fact]
    public async Task Readers_cannot_write()
    {
        await using var file = await OpenWithTable();
        await Assert.ThrowsAsync<SqliteFileException>(() => file.ReadAsync(c => { Add(c, 1); return 0; }, default));
    }

    [Fact]
    public async Task Disposing_finishes_what_is_queued_and_empties_the_log()
    {
        var file = await OpenWithTable();
        var writes = Enumerable.Range(0, 100).Select(n => Insert(file, n)).ToArray();
        await file.DisposeAsync();
        await Task.WhenAll(writes);
        Assert.Equal(0, new FileInfo(_path + "-wal").Length);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Insert(file, 100));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Numbers(file));
    }

    [Fact]
    public async Task Two_instances_on_one_path_write_in_turns()
    {
        await using var one = await OpenWithTable();
        await using var two = await Open();
        var writes = Enumerable.Range(0, 400).Select(n => Insert(n % 2 == 0 ? one : two, n));
        await Task.WhenAll(writes);
        Assert.Equal(400, (await Numbers(one)).Count);
    }

    [Fact]
    public async Task The_log_stays_bounded_under_load()
    {
        await using var file = await Open(new SqliteFileOptions { Path = _path, CheckpointEvery = 256 << 10 });
        await file.WriteAsync(c => ((SqliteFileConnection)c).Run("CREATE TABLE blob (id INTEGER PRIMARY KEY, data BLOB)"), default);
        for (var i = 0; i < 200; i++)
            await file.WriteAsync(c => ((SqliteFileConnection)c).Run("REPLACE INTO blob VALUES (1, randomblob(100000))"), default);
        Assert.InRange(new FileInfo(_path + "-wal").Length, 1, 2 << 20);
    }

    [Fact]
    public async Task A_lock_held_elsewhere_fails_the_write_after_the_timeout()
    {
        await using var file = await Open(new SqliteFileOptions { Path = _path, LockTimeout = TimeSpan.FromSeconds(2) });
        using var turnstile = new SqliteTurnstile(_path);
        turnstile.Enter(() => { });
        var error = await Assert.ThrowsAsync<SqliteFileException>(() => file.WriteAsync(_ => { }, default));
        Assert.Equal(SqliteFailure.Locked, error.Failure);
        turnstile.Exit();
        await file.WriteAsync(_ => { }, default);
    }

    [Fact]
    public async Task Migrations_run_once_and_a_newer_file_is_refused()
    {
        string[] scripts = ["CREATE TABLE a (x)", "CREATE TABLE b (x); INSERT INTO b VALUES (1)"];
        await using (var file = await Open())
        {
            await file.MigrateAsync(scripts[..1], default);
            await Task.WhenAll(file.MigrateAsync(scripts, default), file.MigrateAsync(scripts, default));
            Assert.Equal(1, await file.ReadAsync(c => ((SqliteFileConnection)c).Number("SELECT count(*) FROM b"), default));
        }

        await using var again = await Open();
        var error = await Assert.ThrowsAsync<SqliteFileException>(() => again.MigrateAsync(scripts[..1], default));
        Assert.Equal(SqliteFailure.NewerSchema, error.Failure);
    }

    [Fact]
    public async Task A_failing_migration_leaves_the_file_as_it_was()
    {
        await using var file = await Open();
        await Assert.ThrowsAsync<SqliteException>(() => file.MigrateAsync(["CREATE TABLE a (x); CREATE TABLE a (x)"], default));
        Assert.Equal(0, await file.ReadAsync(c => ((SqliteFileConnection)c).Number("SELECT count(*) FROM sqlite_schema"), default));
    }

    [Fact]
    public async Task Each_bad_place_has_its_own_failure()
    {
        await File.WriteAllTextAsync(_folder.File("text"), new string('x', 8192));
        Assert.Equal(SqliteFailure.NotADatabase, await FailureOf(_folder.File("text")));
        Assert.Equal(SqliteFailure.FolderMissing, await FailureOf(_folder.File("no/such.db")));
        Assert.Equal(SqliteFailure.NotADatabase, await FailureOf(_folder.Path));
        Assert.Equal(SqliteFailure.ReadOnly, await FailureOf("/proc/wanda.db"));
    }

    [Fact]
    public async Task A_statement_that_an_exception_left_in_the_middle_can_be_used_again_and_holds_no_snapshot()
    {
        const string Above = "SELECT n FROM number WHERE n > ?1";
        await using var file = await OpenWithTable();
        await Insert(file, 1);
        await Insert(file, 2);
        await Assert.ThrowsAsync<InvalidDataException>(() => file.WriteAsync(c =>
        {
            Assert.True(c.Statement(Above).Bind(1, 0).Step());
            throw new InvalidDataException("a bad row");
        }, default));
        await using (var other = await Open())
            await Insert(other, 3);
        var rest = await file.WriteAsync(c =>
        {
            List<long> numbers = [];
            var read = c.Statement(Above).Bind(1, 1);
            while (read.Step())
                numbers.Add(read.Int64(0));
            return numbers;
        }, default);
        Assert.Equal([2, 3], rest);
    }

    private static async Task<SqliteFailure> FailureOf(string path) =>
        (await Assert.ThrowsAsync<SqliteFileException>(() => Open(new SqliteFileOptions { Path = path }))).Failure;

    private Task<SqliteFile> Open() => Open(new SqliteFileOptions { Path = _path });

    private static Task<SqliteFile> Open(SqliteFileOptions options) => SqliteFile.OpenAsync(options, TimeProvider.System, default);

    private async Task<SqliteFile> OpenWithTable()
    {
        var file = await Open();
        await file.MigrateAsync(["CREATE TABLE number (n INTEGER PRIMARY KEY) STRICT"], default);
        return file;
    }

    private static void Add(SqliteConnection connection, int n) =>
        connection.Statement("INSERT INTO number VALUES (?1)").Bind(1, n).Execute();

    private static Task Insert(SqliteFile file, int n) => file.WriteAsync(c => Add(c, n), default);

    private static Task<List<long>> Numbers(SqliteFile file) => file.ReadAsync(c =>
    {
        List<long> numbers = [];
        var statement = c.Statement("SELECT n FROM number ORDER BY n");
        while (statement.Step())
            numbers.Add(statement.Int64(0));
        return numbers;
    }, default);
}
