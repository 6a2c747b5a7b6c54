using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests;

/// <summary>
/// Another program that writes to a queue file, or a disk that lost some of it: any SQL, past everything that the transport holds to.
/// </summary>
internal static class ForeignWriter
{
    /// <returns>How many rows the last statement changed.</returns>
    public static async Task<int> RunAsync(string path, params string[] statements)
    {
        await using var file = await SqliteFile.OpenAsync(new SqliteFileOptions { Path = path }, TimeProvider.System, default);
        var changed = 0;
        await file.WriteAsync(connection =>
        {
            foreach (var sql in statements)
                changed = connection.Statement(sql).Execute();
        }, default);
        return changed;
    }
}
