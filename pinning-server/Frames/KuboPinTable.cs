using Sqlite.Shared;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// The CIDs that this server has pinned in a Kubo daemon, or was about to: others may use that daemon too, and theirs are not touched.
/// </summary>
internal sealed class KuboPinTable(SqliteFile file)
{
    public Task AddAsync(IEnumerable<Cid> cids, CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        foreach (var cid in cids)
            connection.Statement(KuboPinSql.Add).Bind(1, cid.ToString()).Execute();
    }, cancellationToken);

    public Task RemoveAsync(Cid cid, CancellationToken cancellationToken) =>
        file.WriteAsync(c => c.Statement(KuboPinSql.Remove).Bind(1, cid.ToString()).Execute(), cancellationToken);

    /// <summary>Those that are no pin's root.</summary>
    public Task<List<Cid>> UnwantedAsync(CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var cids = new List<Cid>();
        var row = connection.Statement(KuboPinSql.Unwanted);
        while (row.Step())
            cids.Add(Cid.Parse(row.Text(0)!));
        return cids;
    }, cancellationToken);

    /// <summary>Every settled pin's id and root, and how much of it is kept.</summary>
    public Task<List<(string Id, Cid Cid, PinScope Scope)>> PromisedAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(connection =>
        {
            var promised = new List<(string, Cid, PinScope)>();
            var row = connection.Statement(KuboPinSql.Promised);
            while (row.Step())
                promised.Add((row.Text(0)!, Cid.Parse(row.Text(1)!), (PinScope)row.Int32(2)));
            return promised;
        }, cancellationToken);
}
