namespace Wanda.Notify;

/// <summary>What a person is told.</summary>
public sealed record Notification
{
    /// <summary>
    /// Of this one notification: the same in every try and by every channel, so that a receiver may drop what came twice. 1 to 200
    /// characters of ASCII without spaces. Default a random one.
    /// </summary>
    public string Id { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>
    /// What it is about, such as <c>disk</c> or <c>silent/dome-1</c>: the same for all that is told of one thing, its end too.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>How much it matters. Default <see cref="NotificationSeverity.Warning"/>.</summary>
    public NotificationSeverity Severity { get; init; } = NotificationSeverity.Warning;

    /// <summary>Whether what was told by <see cref="Key"/> before is over. Default false.</summary>
    public bool IsOver { get; init; }

    /// <summary>One line that says it all. Channels show 200 characters of it, and a space for each control character.</summary>
    public required string Title { get; init; }

    /// <summary>What happened, since when, and what to do. Channels send 2000 bytes of it.</summary>
    public required string Text { get; init; }

    /// <summary>Where there is more to see, <c>http</c> or <c>https</c>. Default none.</summary>
    public Uri? Link { get; init; }

    /// <summary>Since when it is so, or not so any more.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>How much a notification matters.</summary>
public enum NotificationSeverity
{
    /// <summary>Good to know; nobody has to do anything.</summary>
    Info,

    /// <summary>Somebody has to do something, by day.</summary>
    Warning,

    /// <summary>Worth waking up for.</summary>
    Urgent,
}
