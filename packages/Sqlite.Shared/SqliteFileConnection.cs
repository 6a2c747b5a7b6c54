using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>
/// A connection opened the one way that is safe here: every connection of every process must leave checkpoints to the writers' lock.
/// </summary>
internal sealed class SqliteFileConnection : SqliteConnection
{
    private const int NoCheckpointOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE

    private long _dataVersion = -1;

    private SqliteFileConnection(string connectionString)
        : base(connectionString)
    {
    }

    public Dictionary<string, SqliteStatement> Statements { get; } = [];

    /// <summary>The writer's log; null on a connection that cannot write.</summary>
    public SyncedFile? Log { get; private set; }

    /// <summary>Opens the writer's connection. Call it under the turnstile: it creates the file and switches it to WAL.</summary>
    public static SqliteFileConnection OpenWriter(SqliteFileOptions options) => Open(options, SqliteOpenMode.ReadWriteCreate, $"""
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = {(options is { SynchronousFull: true, SyncBeside: false } ? "FULL" : "NORMAL")};
        PRAGMA fullfsync = ON; -- these two are heard on macOS only
        PRAGMA checkpoint_fullfsync = ON;
        PRAGMA wal_autocheckpoint = 0;
        PRAGMA secure_delete = OFF;
        PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -4000;
        """);

    /// <summary>Opens a connection that cannot write. It opens read-write all the same, because WAL readers share a lock file.</summary>
    public static SqliteFileConnection OpenReader(SqliteFileOptions options) => Open(options, SqliteOpenMode.ReadWrite, """
        PRAGMA wal_autocheckpoint = 0;
        PRAGMA query_only = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -2000;
        """);

    /// <summary>Runs statements whose rows nobody wants.</summary>
    public void Run(string sql)
    {
        using var command = CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement that answers with one number.</summary>
    public long Number(string sql)
    {
        var statement = this.Statement(sql);
        var number = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return number;
    }

    /// <summary>Whether another connection has written since this one was last asked. The first answer is yes.</summary>
    public bool HasChanged()
    {
        var version = Number("PRAGMA data_version");
        var changed = version != _dataVersion;
        _dataVersion = version;
        return changed;
    }

    private string? Text(string sql)
    {
        var statement = this.Statement(sql);
        var text = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return text;
    }

    public override void Close()
    {
        foreach (var statement in Statements.Values)
            statement.Dispose();
        Statements.Clear();
        base.Close();
    }

    private static SqliteFileConnection Open(SqliteFileOptions options, SqliteOpenMode mode, string pragmas)
    {
        var connection = new SqliteFileConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)options.LockTimeout.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            raw.sqlite3_db_config(connection.Handle, NoCheckpointOnClose, 1, out _);
            raw.sqlite3_busy_timeout(connection.Handle, (int)options.LockTimeout.TotalMilliseconds);
            // Only while the file is empty: later they would have no effect, but be written at every opening.
            if (mode is SqliteOpenMode.ReadWriteCreate && connection.Number("PRAGMA page_count") == 0)
                connection.Run($"PRAGMA page_size = {options.PageSize}; PRAGMA auto_vacuum = INCREMENTAL");
            connection.Run(pragmas);
            options.Opened?.Invoke(connection);
            if (connection.Text("PRAGMA journal_mode") != "wal")
                throw new SqliteException("The file system cannot hold a write-ahead log.", raw.SQLITE_IOERR);
            if (mode is SqliteOpenMode.ReadWriteCreate)
            {
                connection.Number("PRAGMA user_version"); // SQLite opens the log at the first read
                connection.Log = SyncedFile.Log(connection.Handle!, options.Path);
                SyncedFile.Database(connection.Handle!, options.Path);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
