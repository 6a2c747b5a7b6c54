using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>What a write has at hand: the connection, inside a transaction; the time; and where it tells what it changed.</summary>
internal sealed record QueueTransaction(SqliteConnection Connection, long Now, QueueChanges Changes, Routes Routes)
{
    public SqliteStatement Statement(string sql) => Connection.Statement(sql);

    /// <summary>The id of a queue's place.</summary>
    /// <exception cref="SqlTopologyException">There is no such queue.</exception>
    public long QueueId(string name, QueueKind kind)
    {
        var find = Statement(Sql.FindQueue).Bind(1, name).Bind(2, (long)kind);
        if (!find.Step())
            throw new SqlTopologyException($"Queue not found: {name}");
        var id = find.Int64(0);
        find.Reset();
        return id;
    }

    /// <summary>Deletes a message's content once no delivery needs it.</summary>
    public void DeleteMessage(long messageId, bool shared) =>
        Statement(shared ? Sql.DeleteUnusedMessage : Sql.DeleteMessage).Bind(1, messageId).Execute();
}
