using Wanda.Notify.Tests.Support;

namespace Wanda.Notify.Tests.Mail;

/// <summary>Mail servers that refuse, wait, break off and lie.</summary>
public sealed class BadMailServerTests : IDisposable
{
    private readonly Secrets _secrets = new();

    public void Dispose() => _secrets.Dispose();

    [Fact]
    public async Task Greylisting_is_waited_out()
    {
        await using var server = new ScriptedMail(null, ("RCPT", ["450 4.7.1 greylisted, come again", "250 ok"]));
        using var channel = Channel(server, new SendingOptions { FirstWait = TimeSpan.Zero });

        Assert.Equal("2.0.0 queued", await channel.SendAsync(Told.Warning));

        Assert.Equal(2, server.Lines.Count(l => l.StartsWith("RCPT", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("MAIL", "451 4.3.0 later", true, "it answered 451: 4.3.0 later")]
    [InlineData("RCPT", "550 5.1.1 no such user", false, "it answered 550: 5.1.1 no such user")]
    [InlineData(".", "552 5.3.4 too long", false, "it answered 552: 5.3.4 too long")]
    [InlineData("connect", "421 4.3.2 busy", true, "it answered 421: 4.3.2 busy")]
    [InlineData("connect", "HTTP/1.1 400 Bad Request", true, "it does not speak SMTP, or broke off: ")]
    [InlineData(".", ScriptedMail.Drop, true, "it does not speak SMTP, or broke off: ")]
    [InlineData("EHLO", ScriptedMail.Drop, true, "it does not speak SMTP, or broke off: ")]
    public async Task A_refusal_is_said_and_known_for_what_it_is(string verb, string answer, bool isTransient, string said)
    {
        await using var server = new ScriptedMail(null, (verb, [answer]));
        using var channel = Channel(server, Told.Once);

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.StartsWith($"mail by localhost: {said}", refused.Message);
        Assert.Equal(isTransient, refused.IsTransient);
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("RCPT")]
    public async Task One_that_hangs_is_left(string verb)
    {
        await using var server = new ScriptedMail(null, (verb, [ScriptedMail.Hang]));
        var time = new ManualTime();
        using var channel = Channel(server, Told.Once, time);
        var sent = channel.SendAsync(Told.Warning);
        if (verb != "connect")
            await Eventually.HoldsAsync(() => server.Lines.Any(l => l.StartsWith(verb, StringComparison.Ordinal)), "it hangs");

        time.Advance(TimeSpan.FromSeconds(30));

        var refused = await Assert.ThrowsAsync<NotificationException>(() => sent);
        Assert.Equal(("mail by localhost: there was no answer within 30 s.", true), (refused.Message, refused.IsTransient));
    }

    [Fact]
    public async Task What_was_taken_is_not_sent_again_because_the_end_was_rough()
    {
        await using var server = new ScriptedMail(null, ("QUIT", [ScriptedMail.Drop]));
        using var channel = Channel(server, new SendingOptions { FirstWait = TimeSpan.Zero });

        await channel.SendAsync(Told.Warning);

        Assert.Single(server.Lines, ".");
    }

    /// <summary>Whoever is on the way takes the offer out, or refuses: the password is not said in clear, and nothing else is.</summary>
    [Theory]
    [InlineData(false, "250 ok", "it has no STARTTLS, so nothing was sent")]
    [InlineData(true, "454 4.7.0 TLS not available", "it answered 454: 4.7.0 TLS not available")]
    public async Task Without_starttls_nothing_is_said(bool offers, string answer, string said)
    {
        using var certificate = Certificates.For("localhost");
        await using var server = new ScriptedMail(offers ? certificate : null, ("STARTTLS", [answer]));
        using var channel = new MailChannel(
            Options(server, Told.Once) with
            {
                Security = MailSecurity.StartTls,
                User = "wanda",
                PasswordFile = _secrets.Of("s3cret"),
            }, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.Equal($"mail by localhost: {said}", refused.Message);
        Assert.DoesNotContain(server.Lines, l => !l.StartsWith("EHLO", StringComparison.Ordinal) && l is not ("STARTTLS" or "QUIT"));
    }

    [Fact]
    public async Task A_server_that_repeats_the_password_is_not_repeated()
    {
        using var certificate = Certificates.For("localhost");
        await using var server = new ScriptedMail(certificate, ("AUTH", ["535 5.7.8 s3cret is wrong"]));
        using var channel = new MailChannel(
            Options(server, Told.Once) with
            {
                Security = MailSecurity.StartTls,
                User = "wanda",
                PasswordFile = _secrets.Of("s3cret"),
                AuthorityFile = _secrets.Of(Certificates.Authority, "ca.pem"),
            }, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<NotificationException>(() => channel.SendAsync(Told.Warning));

        Assert.Equal("mail by localhost: it takes neither user nor password: 535: 5.7.8 *** is wrong", refused.Message);
    }

    private static MailChannel Channel(ScriptedMail server, SendingOptions sending, TimeProvider? time = null) =>
        new(Options(server, sending), time ?? TimeProvider.System);

    private static MailOptions Options(ScriptedMail server, SendingOptions sending) => new()
    {
        Host = "localhost",
        Port = server.Port,
        Security = MailSecurity.None,
        From = "wanda@example.org",
        To = ["me@example.org"],
        Sending = sending,
    };
}
