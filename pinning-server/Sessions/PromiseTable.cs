using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace Wanda.PinningServer;

/// <summary>The table <c>promise</c>.</summary>
internal sealed class PromiseTable(SqliteFile file)
{
    /// <returns>False when the node has so many other ones.</returns>
    public Task<bool> PutAsync(SessionPromise promise, int max, CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        if (Number(connection.Statement(PromiseSql.Others).Bind(1, promise.Node).Bind(2, promise.Session)) >= max)
            return false;
        connection.Statement(PromiseSql.Put)
            .Bind(1, promise.Node)
            .Bind(2, promise.Session)
            .Bind(3, promise.Bytes)
            .Bind(4, promise.Expires.ToUnixTimeMilliseconds())
            .Execute();
        return true;
    }, cancellationToken);

    public async Task<SessionPromise?> FindAsync(string node, string session, CancellationToken cancellationToken) =>
        (await ReadAsync(c => c.Statement(PromiseSql.Find).Bind(1, node).Bind(2, session), cancellationToken)).FirstOrDefault();

    public Task<List<SessionPromise>> AllAsync(CancellationToken cancellationToken) =>
        ReadAsync(c => c.Statement(PromiseSql.All), cancellationToken);

    /// <summary>Bytes of the session's settled pins.</summary>
    public Task<long> ArrivedAsync(string node, string session, CancellationToken cancellationToken) =>
        file.ReadAsync(connection => Number(connection.Statement(PromiseSql.Arrived).Bind(1, node).Bind(2, session)), cancellationToken);

    public Task DeleteAsync(string node, string session, CancellationToken cancellationToken) =>
        file.WriteAsync(c => c.Statement(PromiseSql.Delete).Bind(1, node).Bind(2, session).Execute(), cancellationToken);

    private Task<List<SessionPromise>> ReadAsync(Func<SqliteConnection, SqliteStatement> query, CancellationToken cancellationToken) =>
        file.ReadAsync(connection =>
        {
            var promises = new List<SessionPromise>();
            var row = query(connection);
            while (row.Step())
                promises.Add(new(row.Text(0)!, row.Text(1)!, row.Int64(2), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3))));
            return promises;
        }, cancellationToken);

    private static long Number(SqliteStatement statement)
    {
        long number = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return number;
    }
}
