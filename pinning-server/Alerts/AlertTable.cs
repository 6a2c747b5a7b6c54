using Sqlite.Shared;
using Wanda.Notify;

namespace Wanda.PinningServer;

/// <summary>
/// The tables <c>alert</c>, what is so now, and <c>told</c>, what each channel heard of it. What is to be told is the difference: so a
/// restart repeats nothing, and what did not get through is told the next time.
/// </summary>
internal sealed class AlertTable(SqliteFile file)
{
    public Task<List<Alert>> AllAsync(CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var alerts = new List<Alert>();
        var row = connection.Statement(AlertSql.All);
        while (row.Step())
        {
            alerts.Add(new(row.Text(0)!, (int)row.Int64(1), (NotificationSeverity)row.Int64(2), row.Text(3)!, row.Text(4)!)
            {
                Since = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(5)),
            });
        }

        return alerts;
    }, cancellationToken);

    /// <summary>Puts these in place of all.</summary>
    public Task ReplaceAsync(IReadOnlyCollection<Alert> alerts, CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        connection.Statement(AlertSql.Clear).Execute();
        foreach (var alert in alerts)
        {
            connection.Statement(AlertSql.Add).Bind(1, alert.Key).Bind(2, alert.Grade).Bind(3, (int)alert.Severity).Bind(4, alert.Title)
                .Bind(5, alert.Text).Bind(6, alert.Since.ToUnixTimeMilliseconds()).Execute();
        }
    }, cancellationToken);

    public Task<List<ToldAlert>> ToldAsync(string channel, CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var told = new List<ToldAlert>();
        var row = connection.Statement(AlertSql.Told).Bind(1, channel);
        while (row.Step())
            told.Add(new(row.Text(0)!, (int)row.Int64(1), row.Text(2)!, DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3))));
        return told;
    }, cancellationToken);

    public Task TellAsync(string channel, Alert alert, CancellationToken cancellationToken) => file.WriteAsync(
        c => c.Statement(AlertSql.Tell).Bind(1, channel).Bind(2, alert.Key).Bind(3, alert.Grade).Bind(4, alert.Title)
            .Bind(5, alert.Since.ToUnixTimeMilliseconds()).Execute(), cancellationToken);

    public Task ForgetAsync(string channel, string key, CancellationToken cancellationToken) => file.WriteAsync(
        c => c.Statement(AlertSql.Forget).Bind(1, channel).Bind(2, key).Execute(), cancellationToken);
}
