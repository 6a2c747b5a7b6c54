namespace Wanda.Notify;

/// <summary>Which address takes notifications as JSON.</summary>
public sealed record WebhookOptions
{
    /// <summary>The address, <c>http</c> or <c>https</c>. Its path and query often are the only secret, so they are told nowhere.</summary>
    public required Uri Address { get; init; }

    /// <summary>
    /// A file with the key that notifications are signed with: <c>whsec_</c> and 24 to 64 bytes in Base64. Default none: they are not
    /// signed.
    /// </summary>
    public string? SecretFile { get; init; }

    /// <summary>How long it tries.</summary>
    public SendingOptions Sending { get; init; } = new();

    /// <summary>Where it goes; neither path nor query.</summary>
    public override string ToString() => $"webhook at {Address.Authority}";

    internal IEnumerable<string> Errors()
    {
        if (!JsonPost.IsWeb(Address))
            yield return "write the address that takes it, such as https://hooks.example.org/wanda, without a password.";
        if (SecretFile is not null && !File.Exists(SecretFile))
            yield return $"the secret file {SecretFile} does not exist.";
    }
}
