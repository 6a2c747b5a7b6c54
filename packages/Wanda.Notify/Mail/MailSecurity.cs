namespace Wanda.Notify;

/// <summary>How what is sent to a mail server is kept from others.</summary>
public enum MailSecurity
{
    /// <summary>The connection is taken over by TLS before anything is said (<c>STARTTLS</c>); without it nothing is sent.</summary>
    StartTls,

    /// <summary>TLS from the first byte, on port 465.</summary>
    Tls,

    /// <summary>Not at all: for a mail server on the same machine or network, without a password.</summary>
    None,
}
