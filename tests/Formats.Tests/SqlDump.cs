using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace Formats.Tests;

/// <summary>A SQLite file as SQL text and back: what a reviewer can read, and git can compare.</summary>
internal static partial class SqlDump
{
    [GeneratedRegex("--[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    public static async Task<string> OfAsync(string database)
    {
        await using var file = await OpenAsync(database);
        return await file.ReadAsync(db =>
        {
            var text = new StringBuilder();
            foreach (var pragma in (string[])["application_id", "user_version"])
                text.Append(CultureInfo.InvariantCulture, $"PRAGMA {pragma} = {Rows(db, $"PRAGMA {pragma}").Single()[0]};\n");
            var schema = Rows(db,
                "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid");
            foreach (var part in schema.Where(p => p[0] == "table"))
            {
                text.Append(part[2]).Append(";\n");
                // The rows that a migration made itself are among them.
                foreach (var row in Rows(db, $"SELECT {string.Join(", ", Columns(db, part[1]))} FROM {part[1]}"))
                    text.Append(CultureInfo.InvariantCulture, $"INSERT INTO {part[1]} VALUES ({string.Join(", ", row)});\n");
            }

            foreach (var part in schema.Where(p => p[0] != "table"))
                text.Append(part[2]).Append(";\n");
            return text.ToString();
        }, default);
    }

    /// <summary>Tables, indexes and views as they were made, without comments: what two files must have in common.</summary>
    public static async Task<IReadOnlyList<string>> SchemaAsync(string database)
    {
        await using var file = await OpenAsync(database);
        return await file.ReadAsync(
            db => Rows(db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
                .Select(r => Blanks().Replace(Comment().Replace(r[0], ""), " ")).ToList(), default);
    }

    public static async Task RestoreAsync(string dump, string database)
    {
        await using var file = await OpenAsync(database);
        await file.WriteAsync(db =>
        {
            using var command = db.CreateCommand();
            command.CommandText = dump;
            command.ExecuteNonQuery();
        }, default);
    }

    /// <summary>As an operator's SQL shell does, with the node stopped.</summary>
    public static void Run(string database, string sql)
    {
        using var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ConnectionString);
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Puts the rows of one file into another as the version that made the first one would: by the columns it knows.</summary>
    public static async Task CopyRowsAsync(string from, string to)
    {
        await using var file = await OpenAsync(from);
        var tables = await file.ReadAsync(
            db => Rows(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").ConvertAll(
                t => (Name: t[0], Columns: string.Join(", ", Rows(db, $"SELECT name FROM pragma_table_info('{t[0]}')").Select(c => c[0])))),
            default);
        var copies = tables.Select(
            t => $"DELETE FROM {t.Name}; INSERT INTO {t.Name} ({t.Columns}) SELECT {t.Columns} FROM old.{t.Name};");
        Run(to, $"PRAGMA foreign_keys = OFF; ATTACH '{from}' AS old; {string.Concat(copies)}");
    }

    private static Task<SqliteFile> OpenAsync(string path) =>
        SqliteFile.OpenAsync(new SqliteFileOptions { Path = path }, TimeProvider.System, default);

    private static IEnumerable<string> Columns(SqliteConnection db, string table) =>
        Rows(db, $"SELECT name FROM pragma_table_info('{table}')").Select(c => Literal(c[0]));

    // Bytes that are JSON text are written as text: a message's body is what a reviewer wants to read.
    private static string Literal(string column) =>
        $"""CASE WHEN typeof({column}) = 'blob' AND substr({column}, 1, 1) = x'7b' THEN 'CAST(' || quote(CAST({column} AS TEXT)) || ' AS BLOB)' ELSE quote({column}) END""";

    private static List<string[]> Rows(SqliteConnection db, string sql)
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add(
                [.. Enumerable.Range(0, reader.FieldCount)
                    .Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!)]);
        }

        return rows;
    }
}
