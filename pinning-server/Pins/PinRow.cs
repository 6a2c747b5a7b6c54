using System.Text.Json;
using Sqlite.Shared;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>Pins to and from rows, in the order of <see cref="PinSql.Columns"/>.</summary>
internal static class PinRow
{
    public static List<Pin> ReadAll(SqliteStatement statement)
    {
        var pins = new List<Pin>();
        while (statement.Step())
            pins.Add(Read(statement));
        return pins;
    }

    /// <summary>Rows of a node and a number of pins.</summary>
    public static List<(string Node, long Pins)> ByNode(SqliteStatement row)
    {
        var nodes = new List<(string, long)>();
        while (row.Step())
            nodes.Add((row.Text(0)!, row.Int64(1)));
        return nodes;
    }

    public static SqliteStatement Bind(this SqliteStatement statement, Pin pin) => statement
        .Bind(1, pin.Id)
        .Bind(2, pin.Node)
        .Bind(3, pin.Cid.ToString())
        .Bind(4, (long)pin.Scope)
        .Bind(5, (long)pin.State)
        .Bind(6, pin.Capture)
        .Bind(7, pin.Session)
        .Bind(8, pin.Number)
        .Bind(9, pin.Name)
        .Bind(10, pin.Bytes)
        .Bind(11, pin.Blocks)
        .Bind(12, pin.Created.ToUnixTimeMilliseconds())
        .Bind(13, Json(pin.Origins))
        .Bind(14, Json(pin.Meta))
        .Bind(15, Text(pin.Covered));

    /// <summary>As the columns <c>origins</c> and <c>meta</c> have them; ASCII, so that characters are bytes.</summary>
    public static string Json<T>(T labels) => JsonSerializer.Serialize(labels);

    /// <summary>As the column <c>covered</c> has them.</summary>
    public static string? Text(IEnumerable<Cid>? covered) => covered is null ? null : string.Join(' ', covered);

    /// <summary>And back.</summary>
    public static List<Cid>? Covered(string? text) =>
        text?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Cid.Parse).ToList();

    private static Pin Read(SqliteStatement row) => new()
    {
        Row = row.Int64(0),
        Id = row.Text(1)!,
        Node = row.Text(2)!,
        Cid = Cid.Parse(row.Text(3)!),
        Scope = (PinScope)row.Int32(4),
        State = (PinState)row.Int32(5),
        Capture = row.Text(6),
        Session = row.Text(7),
        Number = row.IsNull(8) ? null : row.Int32(8),
        Name = row.Text(9),
        Bytes = row.Int64(10),
        Blocks = row.Int32(11),
        Created = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(12)),
        Origins = JsonSerializer.Deserialize<string[]>(row.Text(13)!)!,
        Meta = JsonSerializer.Deserialize<Dictionary<string, string>>(row.Text(14)!)!,
        Covered = Covered(row.Text(15)),
        Unpinned = row.IsNull(16) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(16)),
    };
}
