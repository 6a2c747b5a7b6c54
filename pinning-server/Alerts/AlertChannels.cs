using Wanda.Notify;

namespace Wanda.PinningServer;

/// <summary>The channels of <see cref="PinningServerOptions.Notify"/>.</summary>
internal sealed class AlertChannels : IDisposable
{
    private readonly IReadOnlyList<NotificationChannel> _channels;

    public AlertChannels(PinningServerOptions options, TimeProvider time)
    {
        _channels = NotificationChannels.Create(options.Notify, time);
        All =
        [
            .. _channels.GroupBy(c => c.Name).SelectMany(same => same.Select((c, i) =>
                new AlertChannel(c, i == 0 ? c.Name : $"{c.Name} ({i + 1})", options.MaxAlertsPerHour, time))),
        ];
    }

    /// <summary>All of them; none: nobody is told.</summary>
    public IReadOnlyList<AlertChannel> All { get; }

    public void Dispose()
    {
        foreach (var channel in _channels)
            channel.Dispose();
    }
}
