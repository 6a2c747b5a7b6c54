using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Wanda.Notify;

/// <summary>Mail by SMTP: over TLS with a certificate that is checked, or without a password.</summary>
public sealed class MailChannel : NotificationChannel
{
    private readonly MailOptions _options;
    private readonly MailCertificates _certificates;

    /// <summary>A channel to receivers of mail.</summary>
    /// <exception cref="NotificationSettingsException">The options are wrong.</exception>
    public MailChannel(MailOptions options, TimeProvider time) : base(options.ToString(), options.Sending, time)
    {
        if (options.Errors().ToList() is { Count: > 0 } errors)
            throw new NotificationSettingsException(errors);
        (_options, _certificates) = (options, new MailCertificates(options.AuthorityFile));
    }

    /// <inheritdoc/>
    protected override async Task<string> TryAsync(Notification notification, CancellationToken cancellationToken)
    {
        string? password = await SecretAsync(_options.PasswordFile, cancellationToken).ConfigureAwait(false);
        using var message = MessageOf(notification);
        using var client = new SmtpClient
        {
            ServerCertificateValidationCallback = _certificates.IsGood,
            CheckCertificateRevocation = false, // It would ask the authority over the network; so does no HTTP client here.
        };
        try
        {
            await client.ConnectAsync(_options.Host, _options.Port, Security, cancellationToken).ConfigureAwait(false);
            if (password is not null)
                await client.AuthenticateAsync(_options.User!, password, cancellationToken).ConfigureAwait(false);
            string answer = Words.Answer(await client.SendAsync(message, cancellationToken).ConfigureAwait(false), password);
            await LeaveAsync(client, cancellationToken).ConfigureAwait(false);
            return answer.Length > 0 ? answer : "taken";
        }
        catch (Exception e) when (Explain(e, client) is var (what, isTransient) && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(Words.Answer(what, password), isTransient, innerException: e);
        }
    }

    private SecureSocketOptions Security => _options.Security switch
    {
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls, // Never "when available": whoever is on the way could say that it is not.
    };

    private static (string What, bool IsTransient)? Explain(Exception e, SmtpClient client) => e switch
    {
        SslHandshakeException => ("its certificate is not for this name, has ended, or nobody that this machine believes signed it; where "
            + "the authority is your own, name it by ca-file=", false),
        AuthenticationException => ($"it takes neither user nor password: {e.Message}", e.Message.StartsWith('4')),
        SmtpCommandException { StatusCode: var code } => ($"it answered {(int)code}: {e.Message}", (int)code < 500),
        NotSupportedException when !client.IsConnected => ("it has no STARTTLS, so nothing was sent", false),
        NotSupportedException => ("it has no log-in that is known here", false),
        SmtpProtocolException or ServiceNotConnectedException => ($"it does not speak SMTP, or broke off: {e.Message}", true),
        IOException or SocketException => ($"no connection: {e.GetBaseException().Message}", true),
        _ => null,
    };

    // It is taken by now: what comes after must not have it sent again.
    private static async Task LeaveAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException or OperationCanceledException)
        {
        }
    }

    private MimeMessage MessageOf(Notification notification)
    {
        var from = MailboxAddress.Parse(_options.From);
        string more = notification.Link is { } link ? $"\n\n{link.AbsoluteUri}" : "";
        var message = new MimeMessage
        {
            Subject = Words.Title(notification),
            Date = Time.GetUtcNow(),
            MessageId = $"{notification.Id}@{from.Domain}",
            Importance = notification is { Severity: NotificationSeverity.Urgent, IsOver: false }
                ? MessageImportance.High : MessageImportance.Normal,
            Body = new TextPart("plain") { Text = Words.Text(notification) + more + "\n" },
        };
        message.From.Add(from);
        message.To.AddRange(_options.To.Select(MailboxAddress.Parse));
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: no answer that somebody is on holiday
        return message;
    }
}
