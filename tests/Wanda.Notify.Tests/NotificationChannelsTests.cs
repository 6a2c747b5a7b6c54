using Wanda.Notify.Tests.Support;

namespace Wanda.Notify.Tests;

/// <summary>What the operator writes.</summary>
public sealed class NotificationChannelsTests : IDisposable
{
    private readonly Secrets _secrets = new();

    public void Dispose() => _secrets.Dispose();

    [Fact]
    public void Each_line_is_a_channel_and_a_file_has_several()
    {
        string token = _secrets.Of("tk_x", "token"), password = _secrets.Of("p", "password");
        string file = _secrets.Of($"""
            # ours

            webhook https://hooks.example.org/T0/s3cret?x=1&y=2
              mail smtp://wanda%40example.org@mail.example.org password-file={password} from=wanda@example.org to=a@example.org,b@example.org
            mail smtps://mail.example.org from=wanda@example.org to=a@example.org
            mail smtp://127.0.0.1 tls=none from=wanda@example.org to=a@example.org
            """, "channels");

        var channels = NotificationChannels.Create(
            [$"ntfy https://ntfy.example.org:8443/alerts token-file={token}", $"file:{file}"], TimeProvider.System);

        Assert.Equal(
            ["ntfy at ntfy.example.org:8443", "webhook at hooks.example.org", "mail by mail.example.org", "mail by mail.example.org",
                "mail by 127.0.0.1"],
            channels.Select(c => c.Name));
        Assert.All(channels, c => c.Dispose());
    }

    [Theory]
    [InlineData("", "write KIND ADDRESS")]
    [InlineData("pager https://s3cret.example.org/x", "write KIND ADDRESS")]
    [InlineData("ntfy s3cret", "write KIND ADDRESS")]
    [InlineData("ntfy https://ntfy.example.org/", "write the address of a topic")]
    [InlineData("ntfy https://ntfy.example.org/s3cret/", "write the address of a topic")]
    [InlineData("ntfy https://ntfy.example.org/s3cret!", "write the address of a topic")]
    [InlineData("ntfy ftp://ntfy.example.org/s3cret", "write the address of a topic")]
    [InlineData("ntfy https://me:s3cret@ntfy.example.org/x", "write the address of a topic")]
    [InlineData("ntfy https://ntfy.example.org/s3cret token-file=/nowhere/at/all", "/nowhere/at/all does not exist")]
    [InlineData("ntfy http://ntfy.example.org/s3cret token-file=FILE", "over https:// only")]
    [InlineData("ntfy https://ntfy.example.org/s3cret token=s3cret", "ntfy has no token=")]
    [InlineData("ntfy https://ntfy.example.org/s3cret s3cret", "KEY=VALUE")]
    [InlineData("webhook file:///s3cret", "write the address that takes it")]
    [InlineData("mail smtp://me:s3cret@mail.example.org from=a@example.org to=b@example.org", "no password in it")]
    [InlineData("mail https://mail.example.org from=a@example.org to=b@example.org", "write the server as smtp://")]
    [InlineData("mail smtp://me@mail.example.org from=a@example.org to=b@example.org", "go together")]
    [InlineData("mail smtp://me@mail.example.org password-file=FILE tls=none from=a@example.org to=b@example.org", "over TLS only")]
    [InlineData("mail smtps://mail.example.org tls=none from=a@example.org to=b@example.org", "tls= is only")]
    [InlineData("mail smtp://mail.example.org from=s3cret to=b@example.org", "write in from=")]
    [InlineData("mail smtp://mail.example.org from=a@example.org", "write in to=")]
    [InlineData("mail smtp://mail.example.org from=a@example.org to=b@example.org,\"x\"<c@example.org>", "write in to=")]
    [InlineData("file:/nowhere/at/all", "/nowhere/at/all with channels cannot be read")]
    public void What_is_wrong_is_said_with_what_to_write_and_without_what_may_be_a_secret(string setting, string said)
    {
        string file = _secrets.Of("x");

        var wrong = Assert.Throws<NotificationSettingsException>(() => NotificationChannels.Create(
            ["ntfy https://ntfy.example.org/good", setting.Replace("FILE", file, StringComparison.Ordinal)], TimeProvider.System));

        Assert.Contains(said, Assert.Single(wrong.Errors));
        Assert.DoesNotContain("s3cret", wrong.Message);
        if (!setting.StartsWith("file:", StringComparison.Ordinal))
            Assert.StartsWith("setting 2: ", wrong.Message);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_by_line()
    {
        string file = _secrets.Of("ntfy x\nntfy https://ntfy.example.org/good\nmail y", "channels");

        var wrong = Assert.Throws<NotificationSettingsException>(
            () => NotificationChannels.Create(["nothing", $"file:{file}"], TimeProvider.System));

        Assert.Equal(["setting 1", $"{file} line 1", $"{file} line 3"], wrong.Errors.Select(e => e.Split(": ")[0]));
    }

    [Fact]
    public void A_channel_file_without_end_is_refused()
    {
        string file = _secrets.Of(new string('#', 100_000));

        Assert.Contains("65536", Assert.Throws<NotificationSettingsException>(
            () => NotificationChannels.Create([$"file:{file}"], TimeProvider.System)).Message);
    }
}
