using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wanda.Notify;

namespace Wanda.PinningServer;

/// <summary>
/// Looks every five minutes what is so, and tells each channel what it has not heard. A loop of its own: a slow channel holds up no
/// maintenance, and a long maintenance no alert. Without a channel it does nothing.
/// </summary>
internal sealed partial class AlertLoop(
    AlertRules rules, AlertTable table, AlertChannels channels, ServerIdentity identity, ServerMetrics metrics,
    PinningServerOptions options, TimeProvider time, ILogger<AlertLoop> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private readonly string _server = options.PublicAddress?.Host ?? Environment.MachineName;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (channels.All.Count > 0 && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                var alerts = await LookAsync(stoppingToken);
                await Task.WhenAll(channels.All.Select(c => TellAsync(c, alerts, stoppingToken)));
                metrics.LookedForAlerts();
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(e);
            }

            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<IReadOnlyList<Alert>> LookAsync(CancellationToken cancellationToken)
    {
        var before = (await table.AllAsync(cancellationToken)).ToDictionary(a => a.Key, StringComparer.Ordinal);
        var found = await rules.FindAsync(before, cancellationToken);
        if (found.Count != before.Count || found.Any(a => before.GetValueOrDefault(a.Key) != a))
            await table.ReplaceAsync(found, cancellationToken);
        return await table.AllAsync(cancellationToken);
    }

    private async Task TellAsync(AlertChannel channel, IReadOnlyList<Alert> alerts, CancellationToken cancellationToken)
    {
        var told = (await table.ToldAsync(channel.Name, cancellationToken)).ToDictionary(t => t.Key, StringComparer.Ordinal);
        foreach (var alert in alerts.Where(a => told.GetValueOrDefault(a.Key)?.Grade > a.Grade))
            await table.TellAsync(channel.Name, alert, cancellationToken); // Less bad: should it get worse, that is told again.
        var worse = alerts.Where(a => !told.TryGetValue(a.Key, out var t) || t.Grade < a.Grade).ToList();
        var over = told.Values.ExceptBy(alerts.Select(a => a.Key), t => t.Key).ToList();
        int left = Math.Min(channel.Left, worse.Count + over.Count);
        try
        {
            for (int i = 0; i < left; i++)
            {
                int waiting = i == left - 1 ? worse.Count + over.Count - left : 0;
                if (i < worse.Count)
                {
                    await SendAsync(channel, Begun(worse[i]), waiting, cancellationToken);
                    await table.TellAsync(channel.Name, worse[i], cancellationToken);
                }
                else
                {
                    var ended = over[i - worse.Count];
                    await SendAsync(channel, Over(ended), waiting, cancellationToken);
                    await table.ForgetAsync(channel.Name, ended.Key, cancellationToken);
                }
            }
        }
        catch (NotificationException e)
        {
            NotTold(e.Message); // It is told when the channel is tried again.
        }
    }

    private async Task SendAsync(AlertChannel channel, Notification notification, int waiting, CancellationToken cancellationToken)
    {
        if (waiting > 0)
        {
            notification = notification with
            {
                Text = $"{notification.Text}\n{waiting.ToString(CultureInfo.InvariantCulture)} more wait, since no more than "
                    + $"{options.MaxAlertsPerHour} are told in an hour: see the operator's pages.",
            };
        }

        string answer = await channel.SendAsync(notification, cancellationToken);
        Told(channel.Name, notification.Title, answer);
    }

    private Notification Begun(Alert alert) => new()
    {
        Id = IdOf($"{alert.Key}/{alert.Since.ToUnixTimeMilliseconds()}/{alert.Grade}"),
        Key = alert.Key,
        Severity = alert.Severity,
        Title = $"{_server}: {alert.Title}",
        Text = alert.Text,
        At = alert.Since,
    };

    private Notification Over(ToldAlert told) => new()
    {
        Id = IdOf($"{told.Key}/{told.Since.ToUnixTimeMilliseconds()}/over"),
        Key = told.Key,
        Severity = NotificationSeverity.Info,
        IsOver = true,
        Title = $"{_server}: no more: {told.Title}",
        Text = string.Create(CultureInfo.InvariantCulture, $"It was so since {told.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC."),
        At = time.GetUtcNow(),
    };

    // The same for the same: what was sent and not heard of comes twice, and is known.
    private string IdOf(string what) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{identity.PeerId}/{what}")).AsSpan(..16));

    [LoggerMessage(Level = LogLevel.Information, Message = "Told by {Channel}: {Title}. It answered: {Answer}")]
    private partial void Told(string channel, string title, string answer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An alert did not get through and is told again later. {Why}")]
    private partial void NotTold(string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking for alerts failed; it is tried again in five minutes")]
    private partial void Failed(Exception e);
}
