using Sqlite.Shared;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// The pins that this server has in a Kubo daemon, or was about to: of its own (<see cref="KuboOwnPin"/>), and former ones, on the content
/// itself, which servers before 0.3 made and which may have become somebody else's as well.
/// </summary>
internal sealed class KuboPinTable(SqliteFile file)
{
    /// <returns>Whether it was not there before.</returns>
    public Task<bool> AddAsync(Cid root, Cid cid, PinScope scope, CancellationToken cancellationToken) => file.WriteAsync(
        c => c.Statement(KuboPinSql.Add).Bind(1, root.ToString()).Bind(2, cid.ToString()).Bind(3, (long)scope).Execute() > 0,
        cancellationToken);

    public Task RemoveAsync(Cid root, CancellationToken cancellationToken) =>
        file.WriteAsync(c => c.Statement(KuboPinSql.Remove).Bind(1, root.ToString()).Execute(), cancellationToken);

    /// <summary>Roots of our own, with what each is for.</summary>
    public Task<List<(Cid Root, Cid Cid, PinScope Scope)>> AllAsync(CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var all = new List<(Cid, Cid, PinScope)>();
        var row = connection.Statement(KuboPinSql.All);
        while (row.Step())
            all.Add((Cid.Parse(row.Text(0)!), Cid.Parse(row.Text(1)!), (PinScope)row.Int32(2)));
        return all;
    }, cancellationToken);

    /// <summary>Roots of our own that are for no pin any more.</summary>
    public Task<List<Cid>> UnwantedAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(connection => Cids(connection.Statement(KuboPinSql.Unwanted)), cancellationToken);

    /// <summary>Every settled pin.</summary>
    public Task<List<Pin>> SettledAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(connection => PinRow.ReadAll(connection.Statement(KuboPinSql.Settled)), cancellationToken);

    /// <summary>CIDs that servers before pinned there.</summary>
    public Task<List<Cid>> FormerAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(connection => Cids(connection.Statement(KuboPinSql.Former)), cancellationToken);

    /// <summary>Of these, those that nothing needs.</summary>
    public Task<List<Cid>> FormerUnwantedAsync(CancellationToken cancellationToken) =>
        file.ReadAsync(connection => Cids(connection.Statement(KuboPinSql.FormerUnwanted)), cancellationToken);

    /// <summary>Whether it is one of them.</summary>
    public Task<bool> IsFormerAsync(Cid cid, CancellationToken cancellationToken) => file.ReadAsync(
        connection => PinDatabase.Number(connection.Statement(KuboPinSql.IsFormer).Bind(1, cid.ToString())) == 1, cancellationToken);

    public Task RemoveFormerAsync(Cid cid, CancellationToken cancellationToken) =>
        file.WriteAsync(c => c.Statement(KuboPinSql.RemoveFormer).Bind(1, cid.ToString()).Execute(), cancellationToken);

    private static List<Cid> Cids(SqliteStatement row)
    {
        var cids = new List<Cid>();
        while (row.Step())
            cids.Add(Cid.Parse(row.Text(0)!));
        return cids;
    }
}
