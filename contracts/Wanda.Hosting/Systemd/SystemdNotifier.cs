using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wanda.Hosting;

/// <summary>
/// Tells systemd that the process is ready, alive and stopping: sd_notify(3) is one datagram to <c>NOTIFY_SOCKET</c>. Without that variable
/// it does nothing.
/// </summary>
internal sealed partial class SystemdNotifier(IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SystemdNotifier> log)
    : BackgroundService
{
    private readonly string? _socket = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (string.IsNullOrEmpty(_socket))
            return;
        lifetime.ApplicationStarted.Register(() => Notify("READY=1"));
        stoppingToken.Register(() => Notify("STOPPING=1"));
        if (!long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), out var microseconds) || microseconds <= 0)
            return;
        // At half of the watchdog's time, as sd_watchdog_enabled(3) advises.
        using var timer = new PeriodicTimer(TimeSpan.FromMicroseconds(microseconds / 2.0), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            Notify("WATCHDOG=1");
    }

    private void Notify(string state)
    {
        // A leading @ is an abstract socket, whose name begins with a zero byte.
        var address = _socket![0] == '@' ? "\0" + _socket[1..] : _socket;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(address));
        }
        catch (SocketException e)
        {
            // Nobody listens: a night is not ended over that. If systemd misses the word, it acts by itself.
            NotTold(state, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "systemd was not told {State}: {Reason}")]
    private partial void NotTold(string state, string reason);
}
