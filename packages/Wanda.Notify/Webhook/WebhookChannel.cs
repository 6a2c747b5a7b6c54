using System.Globalization;
using System.Text.Json;

namespace Wanda.Notify;

/// <summary>
/// A webhook: JSON by POST, as the README says, its shape counted by <c>version</c>; signed as Standard Webhooks are, where there is a key.
/// </summary>
public sealed class WebhookChannel : NotificationChannel
{
    private const int Version = 1;

    private readonly WebhookOptions _options;
    private readonly JsonPost _post;

    /// <summary>A channel to an address.</summary>
    /// <exception cref="NotificationSettingsException">The options are wrong.</exception>
    public WebhookChannel(WebhookOptions options, TimeProvider time) : base(options.ToString(), options.Sending, time)
    {
        if (options.Errors().ToList() is { Count: > 0 } errors)
            throw new NotificationSettingsException(errors);
        (_options, _post) = (options, new JsonPost(time));
    }

    /// <inheritdoc/>
    protected override async Task<string> TryAsync(Notification notification, CancellationToken cancellationToken)
    {
        var told = new Body(
            Version, notification.Id, notification.Key, SeverityOf(notification), notification.IsOver, Words.Title(notification),
            Words.Text(notification), notification.Link?.AbsoluteUri, notification.At.UtcDateTime);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(told, JsonPost.Shape);
        long now = Time.GetUtcNow().ToUnixTimeSeconds();
        string? secret = await SecretAsync(_options.SecretFile, cancellationToken).ConfigureAwait(false);
        byte[]? key = secret is null ? null : WebhookSignature.KeyOf(secret) ?? throw Failed(
            $"{_options.SecretFile} holds no key; write whsec_ and what \"openssl rand -base64 32\" prints.", isTransient: false);
        var result = await _post.SendAsync(_options.Address, body, head =>
        {
            head.Add("webhook-id", notification.Id);
            head.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
            if (key is not null)
                head.Add("webhook-signature", WebhookSignature.Of(key, notification.Id, now, body));
        }, [secret, _options.Address.PathAndQuery is { Length: > 1 } path ? path : null], cancellationToken).ConfigureAwait(false);
        return result.Good ? result.What : throw Failed(result.What, result.IsTransient, result.RetryAfter, result.Cause);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _post.Dispose();
        base.Dispose(disposing);
    }

    private static string SeverityOf(Notification notification) => notification.Severity switch
    {
        NotificationSeverity.Info => "info",
        NotificationSeverity.Warning => "warning",
        _ => "urgent",
    };

    private sealed record Body(int Version, string Id, string Key, string Severity, bool Over, string Title, string Text,
        string? Link, DateTime At);
}
