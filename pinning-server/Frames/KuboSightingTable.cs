using Sqlite.Shared;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>What this server saw of daemons, in <c>pins.db</c>.</summary>
internal sealed class KuboSightingTable(SqliteFile file) : IKuboSightings
{
    public Task<KuboSighting?> FindAsync(string peer, CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var row = connection.Statement(KuboPinSql.Seen).Bind(1, peer);
        var known = row.Step() ? new KuboSighting(row.Text(0)) : null;
        row.Reset();
        return known;
    }, cancellationToken);

    public Task SaveAsync(string peer, KuboSighting? sighting, CancellationToken cancellationToken) => file.WriteAsync(
        connection => (sighting is null
            ? connection.Statement(KuboPinSql.Forget).Bind(1, peer)
            : connection.Statement(KuboPinSql.See).Bind(1, peer).Bind(2, sighting.Started)).Execute(),
        cancellationToken);
}
