namespace Wanda.Notify;

/// <summary>Channels as an operator writes them: <c>KIND ADDRESS KEY=VALUE ...</c>, or <c>file:FILE</c> with one of these a line.</summary>
/// <remarks>
/// <code>
/// ntfy https://ntfy.example.org/TOPIC token-file=FILE
/// webhook https://hooks.example.org/PATH secret-file=FILE
/// mail smtp://USER@mail.example.org:587 password-file=FILE from=ADDRESS to=ADDRESS,ADDRESS ca-file=FILE tls=none
/// </code>
/// </remarks>
public static class NotificationChannels
{
    private const int MaxChannels = 32;
    private const string FilePrefix = "file:";
    private const int MaxFileBytes = 64 << 10;

    private static readonly Dictionary<string, Func<Setting, TimeProvider, SendingOptions, NotificationChannel>> Kinds = new()
    {
        ["ntfy"] = (s, time, sending) => new NtfyChannel(
            new NtfyOptions { Address = s.Address, TokenFile = s.Take("token-file"), Sending = sending }, time),
        ["webhook"] = (s, time, sending) => new WebhookChannel(
            new WebhookOptions { Address = s.Address, SecretFile = s.Take("secret-file"), Sending = sending }, time),
        ["mail"] = Mail,
    };

    /// <summary>Makes the channels that the settings name. Nothing is sent, and no secret is read.</summary>
    /// <param name="settings">As the operator wrote them. Empty lines of a file, and those that begin with <c>#</c>, are none.</param>
    /// <param name="time">The clock of the channels.</param>
    /// <param name="sending">How long they try; the defaults when it is left out.</param>
    /// <exception cref="NotificationSettingsException">
    /// Something is wrong; each error says which setting by its place, since what is in it may be a secret.
    /// </exception>
    /// <returns>The channels, in the order of the settings; the caller disposes them.</returns>
    public static IReadOnlyList<NotificationChannel> Create(
        IEnumerable<string> settings, TimeProvider time, SendingOptions? sending = null)
    {
        var (channels, errors) = (new List<NotificationChannel>(), new List<string>());
        foreach (var (place, text) in Lines(settings, errors))
        {
            try
            {
                var setting = Setting.Parse(text);
                var channel = Kinds[setting.Kind](setting, time, sending ?? new());
                channels.Add(channel);
                setting.EnsureTaken();
            }
            catch (NotificationSettingsException e)
            {
                errors.AddRange(e.Errors.Select(error => $"{place}: {error}"));
            }
        }

        if (channels.Count > MaxChannels)
            errors.Add($"There are {channels.Count} channels; write {MaxChannels} or fewer.");
        if (errors.Count == 0)
            return channels;
        channels.ForEach(c => c.Dispose());
        throw new NotificationSettingsException(errors);
    }

    private static IEnumerable<(string Place, string Text)> Lines(IEnumerable<string> settings, List<string> errors)
    {
        int number = 0;
        foreach (string setting in settings)
        {
            number++;
            if (!setting.StartsWith(FilePrefix, StringComparison.Ordinal))
            {
                yield return ($"setting {number}", setting);
                continue;
            }

            string file = setting[FilePrefix.Length..];
            string[] lines = [];
            try
            {
                lines = new FileInfo(file).Length <= MaxFileBytes
                    ? File.ReadAllLines(file) : throw new IOException($"it has more than {MaxFileBytes} bytes");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                errors.Add($"The file {file} with channels cannot be read: {e.Message}");
            }

            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i].Trim() is { Length: > 0 } line && line[0] != '#')
                    yield return ($"{file} line {i + 1}", line);
            }
        }
    }

    private static MailChannel Mail(Setting setting, TimeProvider time, SendingOptions sending)
    {
        var at = setting.Address;
        bool isTls = at.Scheme == "smtps";
        string? tls = setting.Take("tls");
        if (at.Scheme != "smtp" && !isTls || at.AbsolutePath.Length > 1 || at.UserInfo.Contains(':', StringComparison.Ordinal))
            throw new NotificationSettingsException(["write the server as smtp://USER@mail.example.org:587, and no password in it."]);
        if (tls is not null && (tls != "none" || isTls))
            throw new NotificationSettingsException(["tls= is only tls=none, with smtp://."]);
        return new MailChannel(new MailOptions
        {
            Host = at.IdnHost,
            Port = !at.IsDefaultPort && at.Port > 0 ? at.Port : isTls ? 465 : tls is null ? 587 : 25,
            Security = isTls ? MailSecurity.Tls : tls is null ? MailSecurity.StartTls : MailSecurity.None,
            User = at.UserInfo.Length > 0 ? Uri.UnescapeDataString(at.UserInfo) : null,
            PasswordFile = setting.Take("password-file"),
            AuthorityFile = setting.Take("ca-file"),
            From = setting.Take("from") ?? "",
            To = setting.Take("to")?.Split(',') ?? [],
            Sending = sending,
        }, time);
    }

    private sealed class Setting(string kind, Uri address, Dictionary<string, string> values)
    {
        public string Kind { get; } = kind;

        public Uri Address { get; } = address;

        public static Setting Parse(string text)
        {
            string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length < 2 || !Kinds.ContainsKey(words[0]) || !Uri.TryCreate(words[1], UriKind.Absolute, out var address))
                throw Wrong($"write KIND ADDRESS KEY=VALUE ..., the kind being one of {string.Join(", ", Kinds.Keys)}.");
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (string word in words.Skip(2))
            {
                if (word.Split('=', 2) is not [{ Length: > 0 } key, { Length: > 0 } value] || !values.TryAdd(key, value))
                    throw Wrong("write what comes after the address as KEY=VALUE, each once.");
            }

            return new(words[0], address, values);
        }

        public string? Take(string key) => values.Remove(key, out string? value) ? value : null;

        // What is not known might have been meant to guard something.
        public void EnsureTaken()
        {
            if (values.Count > 0)
                throw Wrong($"{Kind} has no {string.Join(", ", values.Keys.Order().Select(k => $"{k}="))}.");
        }

        private static NotificationSettingsException Wrong(string error) => new([error]);
    }
}
