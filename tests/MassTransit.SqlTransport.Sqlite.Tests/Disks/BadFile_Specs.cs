namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

public sealed class BadFile_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_missing_folder_is_named() =>
        Assert.Contains(_folder.File("missing"),
            (await FailureOf(_folder.File("missing/q.db"), SqliteTransportFailure.FolderMissing)).Message);

    [Fact]
    public async Task A_file_that_is_no_database_is_left_as_it_is()
    {
        var path = _folder.File("notes.txt");
        var content = string.Join('\n', Enumerable.Range(0, 1000).Select(n => $"line {n} of somebody's notes"));
        await File.WriteAllTextAsync(path, content);
        await FailureOf(path, SqliteTransportFailure.NotADatabase);
        Assert.Equal(content, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task A_database_of_another_program_is_left_as_it_is()
    {
        var path = _folder.File("other.db");
        await using (var other = await global::Sqlite.Shared.SqliteFile.OpenAsync(new() { Path = path }, TimeProvider.System, default))
            await other.MigrateAsync(["CREATE TABLE theirs (x)"], default);
        var before = await File.ReadAllBytesAsync(path);
        await FailureOf(path, SqliteTransportFailure.NotADatabase);
        Assert.Equal(before, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task A_read_only_place_is_named()
    {
        // /proc is read-only for everybody, root too.
        Assert.Contains("write permission", (await FailureOf("/proc/q.db", SqliteTransportFailure.ReadOnly)).Message);
    }

    [Fact]
    public async Task A_damaged_page_is_told_from_other_failures()
    {
        var path = _folder.File("q.db");
        await using (var client = await TransportClient.StartAsync(path))
        {
            for (var n = 0; n < 300; n++)
                await client.SendAsync(n);
        }

        // Damages every page after the schema's.
        await using (var file = new FileStream(path, FileMode.Open))
        {
            for (var page = 12; page < file.Length / 4096; page++)
            {
                file.Position = page * 4096;
                await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 64).ToArray());
            }
        }

        await using var queues = new SqliteQueues(path);
        var error = await Assert.ThrowsAsync<SqliteTransportException>(
            () => queues.PeekAsync(TransportClient.Queue, SqliteQueuePart.Ready, limit: 1000));
        Assert.Equal(SqliteTransportFailure.Corrupt, error.Failure);
        Assert.False(error.IsTransient);
    }

    private static async Task<SqliteTransportException> FailureOf(string path, SqliteTransportFailure failure)
    {
        await using var queues = new SqliteQueues(path);
        var error = await Assert.ThrowsAsync<SqliteTransportException>(() => queues.ListAsync());
        Assert.Equal((failure, path), (error.Failure, error.Path));
        return error;
    }
}
