using MimeKit;
using Wanda.Notify.Tests.Support;

namespace Wanda.Notify.Tests.Mail;

/// <summary>Against a mail server of another make, over TLS, with a log-in.</summary>
public sealed class MailChannelTests : IDisposable
{
    private readonly Secrets _secrets = new();

    public void Dispose() => _secrets.Dispose();

    [Theory]
    [InlineData(MailSecurity.StartTls)]
    [InlineData(MailSecurity.Tls)]
    public async Task A_mail_is_sent_over_tls_by_who_logs_in(MailSecurity security)
    {
        using var certificate = Certificates.For("localhost");
        await using var server = MailServer.Start(certificate, security == MailSecurity.Tls);
        using var channel = new MailChannel(Options(server, security), TimeProvider.System);

        Assert.Equal("2.0.0 queued as 12AB", await channel.SendAsync(Told.Warning));

        var mail = Assert.Single(server.Messages);
        Assert.Equal((Told.Warning.Title, "n1@example.org"), (mail.Subject, mail.MessageId));
        Assert.Equal("wanda@example.org", mail.From.Mailboxes.Single().Address);
        Assert.Equal(["me@example.org", "you@example.org"], mail.To.Mailboxes.Select(m => m.Address));
        Assert.Equal("Zuletzt gehört: gestern.\nSieh nach.\n\nhttps://pin.example.org/pins?node=dome-1",
            mail.TextBody!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Equal(("auto-generated", MessageImportance.Normal), (mail.Headers["Auto-Submitted"], mail.Importance));
    }

    [Fact]
    public async Task A_title_is_one_line_and_no_header()
    {
        using var certificate = Certificates.For("localhost");
        await using var server = MailServer.Start(certificate, isTls: false);
        using var channel = new MailChannel(Options(server, MailSecurity.StartTls), TimeProvider.System);

        await channel.SendAsync(
            Told.Warning with { Severity = NotificationSeverity.Urgent, Title = "One\r\nBcc: x@example.org\r\n\r\nTwo" });

        var mail = Assert.Single(server.Messages);
        Assert.Equal("One  Bcc: x@example.org    Two", mail.Subject);
        Assert.Empty(mail.Bcc);
        Assert.Equal(MessageImportance.High, mail.Importance);
    }

    [Fact]
    public async Task A_wrong_password_is_said_without_it()
    {
        using var certificate = Certificates.For("localhost");
        await using var server = MailServer.Start(certificate, isTls: false);
        using var channel = new MailChannel(
            Options(server, MailSecurity.StartTls) with { PasswordFile = _secrets.Of("another s3cret") }, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.StartsWith("mail by localhost: it takes neither user nor password", refused.Message);
        Assert.DoesNotContain("s3cret", refused.Message);
        Assert.False(refused.IsTransient);
        Assert.Empty(server.Messages);
    }

    [Theory]
    [InlineData("localhost", false, 30)] // signed by nobody that is believed
    [InlineData("mail.example.org", true, 30)] // for another name
    [InlineData("localhost", true, -1)] // over
    public async Task A_certificate_that_is_not_good_gets_no_password(string name, bool isKnown, int days)
    {
        using var certificate = Certificates.For(name, days);
        await using var server = new ScriptedMail(certificate);
        using var channel = new MailChannel(Options(server.Port, MailSecurity.StartTls) with
        {
            AuthorityFile = isKnown ? _secrets.Of(Certificates.Authority, "ca.pem") : null,
        }, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.Contains("its certificate is not for this name", refused.Message);
        Assert.DoesNotContain(server.Lines, l => l.Contains("AUTH", StringComparison.Ordinal));
    }

    private MailOptions Options(MailServer server, MailSecurity security) => Options(server.Port, security);

    private MailOptions Options(int port, MailSecurity security) => new()
    {
        Host = "localhost",
        Port = port,
        Security = security,
        From = "wanda@example.org",
        To = ["me@example.org", "you@example.org"],
        User = MailServer.User,
        PasswordFile = _secrets.Of(MailServer.Password),
        AuthorityFile = _secrets.Of(Certificates.Authority, "ca.pem"),
        Sending = Told.Once,
    };
}
