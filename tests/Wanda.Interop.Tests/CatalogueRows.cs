using Microsoft.Data.Sqlite;

namespace Wanda.Interop.Tests;

/// <summary>A node's catalogue, read from outside while the node writes to it.</summary>
internal static class CatalogueRows
{
    /// <param name="data">The node's data folder.</param>
    /// <param name="sql">The query.</param>
    /// <param name="of">Makes of a row what is wanted.</param>
    public static List<T> Read<T>(string data, string sql, Func<SqliteDataReader, T> of)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "catalogue.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        var rows = new List<T>();
        while (row.Read())
            rows.Add(of(row));
        return rows;
    }
}
