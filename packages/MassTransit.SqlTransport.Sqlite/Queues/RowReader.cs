using System.Text.Unicode;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Queues;

/// <summary>
/// Reads rows that another program, an older version or a bad sector may have written. What cannot be read is noted and left out, never
/// thrown: one bad row must not keep the others from their consumers.
/// </summary>
internal sealed class RowReader(SqliteStatement row)
{
    /// <summary>What of the row could not be read so far, for people; null for nothing.</summary>
    public string? Defect { get; private set; }

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Next()
    {
        Defect = null;
        return row.Step();
    }

    public long Int64(int column) => row.Int64(column);

    /// <inheritdoc cref="SqliteStatement.Int32"/>
    public int Int32(int column) => row.Int32(column);

    public short Int16(int column) => (short)Math.Clamp(row.Int64(column), short.MinValue, short.MaxValue);

    public Guid Required(int column) => Id(column) ?? Note<Guid>(column, "is missing");

    public Guid? Id(int column) => row.IsNull(column) ? null
        : row.Blob(column) is { Length: 16 } bytes ? new Guid(bytes, bigEndian: true)
        : Note<Guid?>(column, $"has {row.Blob(column).Length} bytes, not 16");

    public DateTimeOffset RequiredTime(int column) => Time(column) ?? Note<DateTimeOffset>(column, "is missing");

    public DateTimeOffset? Time(int column)
    {
        if (row.IsNull(column))
            return null;
        var milliseconds = row.Int64(column);
        if (!Clock.IsTime(milliseconds))
            Note<bool>(column, $"is no time: {milliseconds}");
        return Clock.ToTime(milliseconds);
    }

    public string? Text(int column)
    {
        var text = row.Text(column);
        return text is null || Utf8.IsValid(row.Blob(column)) ? text : Note(column, "is not UTF-8", text);
    }

    public byte[] Body(int column) => row.IsNull(column) ? Note<byte[]>(column, "is missing") ?? [] : row.Blob(column).ToArray();

    public Uri? Address(int column) => Uri.TryCreate(Text(column), UriKind.Absolute, out var address) ? address : null;

    /// <summary>The headers of a column's text, as <see cref="OutgoingMessage.ToJson"/> wrote it; none when they cannot be read.</summary>
    public Dictionary<string, string?> Headers(int column, string? json)
    {
        try
        {
            return SqlTransportMessage.DeserializeHeaders(json).GetAll()
                .ToDictionary(header => header.Key, header => header.Value?.ToString());
        }
        catch (Exception error) // whatever a serializer throws
        {
            return Note(column, $"cannot be read: {error.Message}", new Dictionary<string, string?>())!;
        }
    }

    private T? Note<T>(int column, string what, T? instead = default)
    {
        var defect = $"{row.Name(column)} {what}";
        Defect = Defect is null ? defect : $"{Defect}; {defect}";
        return instead;
    }
}
