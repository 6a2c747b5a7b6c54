using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace Wanda.PinningServer;

/// <summary>
/// A <see cref="PinFilter"/> as SQL. Values are bound, never written into the text; the texts are few, so statements are reused.
/// </summary>
internal sealed class PinQuery
{
    private readonly List<string> _conditions = [];
    private readonly List<Action<SqliteStatement, int>> _values = [];

    public PinQuery(PinFilter filter)
    {
        Where("unpinned IS NULL AND node = ?", filter.Node);
        WhereIn("cid", filter.Cids.Count, i => (s, n) => s.Bind(n, filter.Cids[i]));
        WhereIn("state", filter.States.Count, i => (s, n) => s.Bind(n, (long)filter.States[i]));
        if (filter.Broken is { } broken)
            _conditions.Add(broken ? "state = 0 AND bytes > 0" : "state = 1");
        Where("scope = ?", (long?)filter.Scope);
        Where("capture = ?", filter.Capture);
        Where("session = ?", filter.Session);
        Where(filter.Match switch
        {
            NameMatch.Exact => "name = ?",
            NameMatch.Iexact => "fold(name) = fold(?)",
            NameMatch.Partial => "instr(name, ?) > 0",
            _ => "instr(fold(name), fold(?)) > 0",
        }, filter.Name);
        Where("created < ?", filter.Before?.ToUnixTimeMilliseconds());
        Where("created > ?", filter.After?.ToUnixTimeMilliseconds());
        Where("row > ?", filter.AfterRow == 0 ? null : filter.AfterRow);
        foreach (var (key, value) in filter.Meta)
        {
            _conditions.Add("EXISTS (SELECT 1 FROM json_each(meta) WHERE key = ? AND value = ?)");
            _values.Add((s, n) => s.Bind(n, key));
            _values.Add((s, n) => s.Bind(n, value));
        }
    }

    private string Condition => string.Join(" AND ", _conditions);

    public long Count(SqliteConnection connection)
    {
        var statement = Bind(connection, $"SELECT count(*) FROM pin WHERE {Condition}");
        statement.Step();
        long count = statement.Int64(0);
        statement.Reset();
        return count;
    }

    public List<Pin> List(SqliteConnection connection, string order, int limit)
    {
        var statement = Bind(connection, $"SELECT {PinSql.Columns} FROM pin WHERE {Condition} ORDER BY {order} LIMIT ?");
        return PinRow.ReadAll(statement.Bind(_values.Count + 1, limit));
    }

    private SqliteStatement Bind(SqliteConnection connection, string sql)
    {
        var statement = connection.Statement(sql);
        for (int i = 0; i < _values.Count; i++)
            _values[i](statement, i + 1);
        return statement;
    }

    private void Where(string condition, string? value)
    {
        if (value is not null)
        {
            _conditions.Add(condition);
            _values.Add((s, n) => s.Bind(n, value));
        }
    }

    private void Where(string condition, long? value)
    {
        if (value is { } known)
        {
            _conditions.Add(condition);
            _values.Add((s, n) => s.Bind(n, known));
        }
    }

    private void WhereIn(string column, int count, Func<int, Action<SqliteStatement, int>> value)
    {
        if (count > 0)
        {
            _conditions.Add($"{column} IN ({string.Join(", ", Enumerable.Repeat('?', count))})");
            _values.AddRange(Enumerable.Range(0, count).Select(value));
        }
    }
}
