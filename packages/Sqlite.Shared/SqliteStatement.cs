using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sqlite.Shared;

/// <summary>A prepared statement that lives as long as its connection: for the hot paths, where parsing SQL and boxing parameters would show.</summary>
/// <remarks>Parameters count from 1, columns from 0, as in SQLite. Use it up (<see cref="Execute"/>, or <see cref="Step"/> and <see cref="Reset"/>) before the next use.</remarks>
internal sealed class SqliteStatement(sqlite3 database, sqlite3_stmt statement) : IDisposable
{
    public SqliteStatement Bind(int parameter, long value) => Check(raw.sqlite3_bind_int64(statement, parameter, value));

    public SqliteStatement Bind(int parameter, long? value) => value is { } known ? Bind(parameter, known) : BindNull(parameter);

    public SqliteStatement Bind(int parameter, string? value) =>
        value is null ? BindNull(parameter) : Check(raw.sqlite3_bind_text(statement, parameter, value));

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> blob) => Check(raw.sqlite3_bind_blob(statement, parameter, blob));

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
        if (result == raw.SQLITE_ROW)
            return true;
        Reset();
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

    public void Reset() => raw.sqlite3_reset(statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public int Int32(int column) => raw.sqlite3_column_int(statement, column);

    public string? Text(int column) => IsNull(column) ? null : raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    public Guid? Guid(int column) => IsNull(column) ? null : new Guid(Blob(column), bigEndian: true);

    public void Dispose() => statement.Dispose();

    private SqliteStatement Check(int result) => result == raw.SQLITE_OK ? this : throw SqliteStatements.Error(database, result);
}

/// <summary>Statements by their SQL, prepared once a connection.</summary>
internal static class SqliteStatements
{
    private const uint Persistent = 1; // SQLITE_PREPARE_PERSISTENT

    /// <summary>The statement for this SQL, prepared at its first use. Only for connections that a <see cref="SqliteFile"/> handed out.</summary>
    public static SqliteStatement Statement(this SqliteConnection connection, string sql)
    {
        var cache = ((SqliteFileConnection)connection).Statements;
        if (!cache.TryGetValue(sql, out var statement))
            cache.Add(sql, statement = Prepare(connection.Handle!, sql));
        return statement;
    }

    public static SqliteException Error(sqlite3 database, int result) =>
        new(raw.sqlite3_errmsg(database).utf8_to_string(), result & 0xFF, raw.sqlite3_extended_errcode(database));

    private static SqliteStatement Prepare(sqlite3 database, string sql)
    {
        var result = raw.sqlite3_prepare_v3(database, sql, Persistent, out var statement);
        return result == raw.SQLITE_OK ? new SqliteStatement(database, statement) : throw Error(database, result);
    }
}
