using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wanda.Notify;

/// <summary>
/// ntfy (<see href="https://docs.ntfy.sh/publish/#publish-as-json"/>). Published as JSON: of headers, titles beyond ASCII would depend on
/// how each proxy on the way reads them.
/// </summary>
public sealed class NtfyChannel : NotificationChannel
{
    private readonly NtfyOptions _options;
    private readonly JsonPost _post;

    /// <summary>A channel to a topic.</summary>
    /// <exception cref="NotificationSettingsException">The options are wrong.</exception>
    public NtfyChannel(NtfyOptions options, TimeProvider time) : base(options.ToString(), options.Sending, time)
    {
        if (options.Errors().ToList() is { Count: > 0 } errors)
            throw new NotificationSettingsException(errors);
        (_options, _post) = (options, new JsonPost(time));
    }

    /// <inheritdoc/>
    protected override async Task<string> TryAsync(Notification notification, CancellationToken cancellationToken)
    {
        string? token = await SecretAsync(_options.TokenFile, cancellationToken).ConfigureAwait(false);
        var message = new Message(
            _options.Topic, Words.Title(notification), Words.Text(notification), PriorityOf(notification), [TagOf(notification)],
            notification.Link?.AbsoluteUri);
        var result = await _post.SendAsync(
            _options.Server, JsonSerializer.SerializeToUtf8Bytes(message, JsonPost.Shape),
            head => head.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token),
            [token, _options.Topic], cancellationToken).ConfigureAwait(false);
        return result.Good ? result.What : throw Failed(result.What, result.IsTransient, result.RetryAfter, result.Cause);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _post.Dispose();
        base.Dispose(disposing);
    }

    // 3 is its default, 4 is told with sound, 5 rings on.
    private static int PriorityOf(Notification notification) => (notification.IsOver, notification.Severity) switch
    {
        (true, _) or (_, NotificationSeverity.Info) => 3,
        (_, NotificationSeverity.Warning) => 4,
        _ => 5,
    };

    // Shown as pictures before the title.
    private static string TagOf(Notification notification) => (notification.IsOver, notification.Severity) switch
    {
        (true, _) => "white_check_mark",
        (_, NotificationSeverity.Info) => "information_source",
        (_, NotificationSeverity.Warning) => "warning",
        _ => "rotating_light",
    };

    private sealed record Message(string Topic, string Title, [property: JsonPropertyName("message")] string Text, int Priority,
        string[] Tags, string? Click);
}
