using MimeKit;

namespace Wanda.Notify;

/// <summary>Which mail server takes notifications, and for whom.</summary>
public sealed record MailOptions
{
    private const int MaxReceivers = 20;

    /// <summary>The mail server's name, which its certificate must be for.</summary>
    public required string Host { get; init; }

    /// <summary>Its port, 1 to 65535. Default 587; of <see cref="MailSecurity.Tls"/> it is 465, of a server nearby 25.</summary>
    public int Port { get; init; } = 587;

    /// <summary>How it is kept from others. Default <see cref="MailSecurity.StartTls"/>.</summary>
    public MailSecurity Security { get; init; } = MailSecurity.StartTls;

    /// <summary>Whom it is sent from, such as <c>wanda@example.org</c>.</summary>
    public required string From { get; init; }

    /// <summary>Whom it is sent to, 1 to 20 addresses.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>Who logs in; with <see cref="PasswordFile"/>. Default nobody.</summary>
    public string? User { get; init; }

    /// <summary>A file with the password. It is sent over TLS only.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A file (PEM) with the authority that signed the server's certificate, where this machine does not know it.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>How long it tries.</summary>
    public SendingOptions Sending { get; init; } = new();

    /// <summary>Where it goes; neither who logs in nor for whom it is.</summary>
    public override string ToString() => $"mail by {Host}";

    internal IEnumerable<string> Errors()
    {
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown || Port is < 1 or > 65535)
            yield return "write the server as smtp://mail.example.org:587, or smtps:// for TLS from the first byte.";
        if (!IsAddress(From))
            yield return "write in from= whom it is sent from, such as wanda@example.org.";
        if (To.Count is 0 or > MaxReceivers || !To.All(IsAddress))
            yield return $"write in to= whom it is sent to, such as me@example.org,you@example.org, at most {MaxReceivers}.";
        if (User is null != PasswordFile is null)
            yield return "a user and a password file go together: smtp://USER@... and password-file=.";
        if (PasswordFile is not null && Security == MailSecurity.None)
            yield return "a password is sent over TLS only: take tls=none away, or user and password.";
        if (PasswordFile is not null && !File.Exists(PasswordFile))
            yield return $"the password file {PasswordFile} does not exist.";
        if (AuthorityFile is not null && !File.Exists(AuthorityFile))
            yield return $"the authority file {AuthorityFile} does not exist.";
    }

    private static bool IsAddress(string text) =>
        text.Contains('@', StringComparison.Ordinal) && MailboxAddress.TryParse(text, out var address) && address.Address == text;
}
