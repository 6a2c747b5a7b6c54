using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace Wanda.PinningServer;

/// <summary>The table <c>upload</c>. What a call has stored is fsynced when it returns.</summary>
internal sealed class UploadTable(SqliteFile file)
{
    /// <summary>Stores a new upload, unless its node has so many open ones.</summary>
    /// <returns>False when it has.</returns>
    public Task<bool> AddAsync(ResumableUpload upload, int max, CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        var open = connection.Statement(UploadSql.OpenOf).Bind(1, upload.Node);
        open.Step();
        long count = open.Int64(0);
        open.Reset();
        if (count >= max)
            return false;
        connection.Statement(UploadSql.Insert)
            .Bind(1, upload.Id)
            .Bind(2, upload.Node)
            .Bind(3, upload.Length)
            .Bind(4, upload.Stored)
            .Bind(5, upload.Metadata)
            .Bind(6, upload.Expires.ToUnixTimeMilliseconds())
            .Bind(7, upload.Pin)
            .Execute();
        return true;
    }, cancellationToken);

    /// <summary>An upload of this node; null when there is none, or it is another's.</summary>
    public async Task<ResumableUpload?> FindAsync(string node, string id, CancellationToken cancellationToken) =>
        (await ReadAsync(c => c.Statement(UploadSql.ById).Bind(1, id).Bind(2, node), cancellationToken)).FirstOrDefault();

    /// <summary>The node's open upload that says the very same of itself.</summary>
    public async Task<ResumableUpload?> FindOpenAsync(string node, long length, string metadata, CancellationToken cancellationToken) =>
        (await ReadAsync(c => c.Statement(UploadSql.OpenLike).Bind(1, node).Bind(2, length).Bind(3, metadata), cancellationToken))
            .FirstOrDefault();

    public Task<List<ResumableUpload>> OpenAsync(CancellationToken cancellationToken) =>
        ReadAsync(c => c.Statement(UploadSql.Open), cancellationToken);

    /// <summary>How many of a node (null: of all) are open, and how many bytes are still to come.</summary>
    public Task<(long Count, long Missing)> OpenSumAsync(string? node, CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var row = connection.Statement(UploadSql.OpenSum).Bind(1, node);
        row.Step();
        var sum = (row.Int64(0), row.Int64(1));
        row.Reset();
        return sum;
    }, cancellationToken);

    public Task<List<ResumableUpload>> ExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ReadAsync(c => c.Statement(UploadSql.Expired).Bind(1, now.ToUnixTimeMilliseconds()), cancellationToken);

    public Task StoredAsync(string id, long stored, DateTimeOffset expires, CancellationToken cancellationToken) => file.WriteAsync(
        c => c.Statement(UploadSql.Store).Bind(1, id).Bind(2, stored).Bind(3, expires.ToUnixTimeMilliseconds()).Execute(),
        cancellationToken);

    public Task FinishedAsync(string id, string pin, DateTimeOffset expires, CancellationToken cancellationToken) => file.WriteAsync(
        c => c.Statement(UploadSql.Finish).Bind(1, id).Bind(2, pin).Bind(3, expires.ToUnixTimeMilliseconds()).Execute(), cancellationToken);

    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        file.WriteAsync(c => c.Statement(UploadSql.Delete).Bind(1, id).Execute(), cancellationToken);

    private Task<List<ResumableUpload>> ReadAsync(Func<SqliteConnection, SqliteStatement> query, CancellationToken cancellationToken) =>
        file.ReadAsync(connection =>
        {
            var uploads = new List<ResumableUpload>();
            var row = query(connection);
            while (row.Step())
            {
                uploads.Add(new ResumableUpload
                {
                    Id = row.Text(0)!,
                    Node = row.Text(1)!,
                    Length = row.Int64(2),
                    Stored = row.Int64(3),
                    Metadata = row.Text(4)!,
                    Expires = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(5)),
                    Pin = row.Text(6),
                });
            }

            return uploads;
        }, cancellationToken);
}
