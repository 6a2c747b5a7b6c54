using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Wanda.Notify.Tests.Support;

/// <summary>A mail server of another make (SmtpServer), on loopback, with TLS and a log-in.</summary>
internal sealed class MailServer : MessageStore, IAsyncDisposable
{
    public const string User = "wanda@example.org";
    public const string Password = "pässword s3cret";

    private readonly CancellationTokenSource _stop = new();
    private readonly HeldPort _port = new();
    private Task _running = Task.CompletedTask;

    public int Port => _port.Number;

    public ConcurrentQueue<MimeMessage> Messages { get; } = [];

    public static MailServer Start(X509Certificate2 certificate, bool isTls)
    {
        var server = new MailServer();
        var services = new ServiceProvider();
        services.Add((IMessageStore)server);
        services.Add((IUserAuthenticator)new DelegatingUserAuthenticator((user, password) => (user, password) == (User, Password)));
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(e => e
            .Endpoint(new IPEndPoint(IPAddress.Loopback, server.Port)).IsSecure(isTls).Certificate(certificate)
            .AuthenticationRequired()).Build();
        server._running = new SmtpServer.SmtpServer(options, services).StartAsync(server._stop.Token);
        return server;
    }

    public override Task<SmtpResponse> SaveAsync(
        ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(buffer.ToArray());
        Messages.Enqueue(MimeMessage.Load(stream, cancellationToken));
        return Task.FromResult(new SmtpResponse(SmtpReplyCode.Ok, "2.0.0 queued as 12AB"));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _port.Dispose();
    }
}
