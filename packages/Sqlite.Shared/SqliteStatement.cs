using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>
/// A prepared statement that lives as long as its connection: for the hot paths, where parsing SQL and boxing parameters would show.
/// </summary>
/// <remarks>
/// Parameters count from 1, columns from 0, as in SQLite. Use it up (<see cref="Execute"/>, or <see cref="Step"/> and <see cref="Reset"/>):
/// until then it holds the snapshot that it reads. One that was left in the middle, by an exception, is reset before its next use.
/// </remarks>
internal sealed class SqliteStatement(sqlite3 database, sqlite3_stmt statement) : IDisposable
{
    private bool _open;

    public SqliteStatement Bind(int parameter, long value) => Check(raw.sqlite3_bind_int64(statement, parameter, value));

    public SqliteStatement Bind(int parameter, long? value) => value is { } known ? Bind(parameter, known) : BindNull(parameter);

    public SqliteStatement Bind(int parameter, string? value) =>
        value is null ? BindNull(parameter) : Check(raw.sqlite3_bind_text(statement, parameter, value));

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> blob) => Check(raw.sqlite3_bind_blob(statement, parameter, blob));

    public SqliteStatement Bind(int parameter, byte[]? blob) =>
        blob is null ? BindNull(parameter) : Bind(parameter, (ReadOnlySpan<byte>)blob);

    public SqliteStatement Bind(int parameter, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(parameter, bytes);
    }

    public SqliteStatement Bind(int parameter, Guid? value) => value is { } known ? Bind(parameter, known) : BindNull(parameter);

    public SqliteStatement BindNull(int parameter) => Check(raw.sqlite3_bind_null(statement, parameter));

    /// <summary>Goes to the next row; false when there is none, and the statement is then reset.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        _open = result == raw.SQLITE_ROW;
        if (_open)
            return true;
        raw.sqlite3_reset(statement);
        return result == raw.SQLITE_DONE ? false : throw SqliteStatements.Error(database, result);
    }

    /// <summary>Runs to the end, reading no row.</summary>
    /// <returns>The number of rows that the statement changed.</returns>
    public int Execute()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(database);
    }

    /// <summary>Runs an INSERT to the end.</summary>
    /// <returns>The rowid of the row.</returns>
    public long Insert()
    {
        Execute();
        return raw.sqlite3_last_insert_rowid(database);
    }

    /// <summary>Ends with the rows that are left, if there are any.</summary>
    public void Reset()
    {
        if (!_open)
            return;
        _open = false;
        raw.sqlite3_reset(statement);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The nearest that fits.</summary>
    public int Int32(int column) => (int)Math.Clamp(Int64(column), int.MinValue, int.MaxValue);

    /// <summary>A text, whatever its bytes are: those that are not UTF-8 become U+FFFD.</summary>
    public string? Text(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(Blob(column));

    /// <summary>The bytes of a blob, or of a text. Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    public Guid? Guid(int column) => IsNull(column) ? null : new Guid(Blob(column), bigEndian: true);

    /// <summary>The column's name.</summary>
    public string Name(int column) => raw.sqlite3_column_name(statement, column).utf8_to_string();

    public void Dispose() => statement.Dispose();

    private SqliteStatement Check(int result) => result == raw.SQLITE_OK ? this : throw SqliteStatements.Error(database, result);
}

/// <summary>Statements by their SQL, prepared once a connection.</summary>
internal static class SqliteStatements
{
    private const uint Persistent = 1; // SQLITE_PREPARE_PERSISTENT

    /// <summary>
    /// The statement for this SQL, prepared at its first use. Only for connections that a <see cref="SqliteFile"/> handed out.
    /// </summary>
    public static SqliteStatement Statement(this SqliteConnection connection, string sql)
    {
        var cache = ((SqliteFileConnection)connection).Statements;
        if (!cache.TryGetValue(sql, out var statement))
            cache.Add(sql, statement = Prepare(connection.Handle!, sql));
        statement.Reset();
        return statement;
    }

    /// <summary>
    /// Resets what an exception has left in the middle: it would hold the connection to its old snapshot, and the log with it.
    /// </summary>
    public static void ResetStatements(this SqliteFileConnection connection)
    {
        foreach (var statement in connection.Statements.Values)
            statement.Reset();
    }

    public static SqliteException Error(sqlite3 database, int result) =>
        new(raw.sqlite3_errmsg(database).utf8_to_string(), result & 0xFF, raw.sqlite3_extended_errcode(database));

    private static SqliteStatement Prepare(sqlite3 database, string sql)
    {
        var result = raw.sqlite3_prepare_v3(database, sql, Persistent, out var statement);
        return result == raw.SQLITE_OK ? new SqliteStatement(database, statement) : throw Error(database, result);
    }
}
