using System.CommandLine;
using System.Globalization;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>Options that say what to write when what was written cannot be used.</summary>
internal static class ParsedOption
{
    /// <summary>How times are written, here as in the configuration.</summary>
    public const string Times = "hh:mm:ss: 00:30:00 is half an hour, 2.00:00:00 two days";

    /// <summary>Reads what was written; false when it cannot be used.</summary>
    public delegate bool Parser<T>(string text, out T value);

    /// <summary>A text that must be of some form.</summary>
    public static Option<string?> Text(string name, string description, string? value, Predicate<string> isGood, string form) =>
        Parsed(name, description, value, (string text, out string? parsed) => isGood(parsed = text), form);

    /// <summary>A number of things, 1 or more; null when it is not given.</summary>
    public static Option<int?> Count(string name, string description, int most = int.MaxValue) => Parsed(
        name, description, null,
        (string text, out int? parsed) => (parsed = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && n > 0 && n <= most ? n : null) is not null,
        most == int.MaxValue ? "a whole number, 1 or more" : $"a whole number, 1 to {most}");

    /// <summary>A length of time above zero, up to a day; null when it is not given. A bare number is seconds.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => Parsed(
        name, description, null,
        (string text, out TimeSpan? parsed) =>
            (parsed = TrySeconds(text) is { } time && time > TimeSpan.Zero && time <= TimeSpan.FromDays(1) ? time : null) is not null,
        "seconds, or hh:mm:ss: 90 and 00:01:30 are the same; a day at most");

    /// <summary>A length of time, 0 to a day; a bare number is seconds.</summary>
    public static Option<TimeSpan> Seconds(string name, string description, TimeSpan value) => Parsed(
        name, description, value,
        (string text, out TimeSpan parsed) =>
        {
            parsed = TrySeconds(text) ?? TimeSpan.MaxValue;
            return parsed >= TimeSpan.Zero && parsed <= TimeSpan.FromDays(1);
        },
        "seconds, or hh:mm:ss: 90 and 00:01:30 are the same; a day at most");

    /// <summary>So many a second, 0.001 to 10,000; null when it is not given.</summary>
    public static Option<double?> Rate(string name, string description) => Parsed(
        name, description, null,
        (string text, out double? parsed) =>
            (parsed = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var n)
                && n is >= QueueCommands.SlowestRetries and <= QueueCommands.FastestRetries ? n : null) is not null,
        $"a number, {QueueCommands.SlowestRetries} to {QueueCommands.FastestRetries}");

    /// <summary>
    /// A length of time, up to a year; null when it is not given. A bare number would be days, and is refused as in the configuration.
    /// </summary>
    public static Option<TimeSpan?> Length(string name, string description) => Parsed(
        name, description, null,
        (string text, out TimeSpan? parsed) =>
            (parsed = TryTime(text, out var span) && span > TimeSpan.Zero && span <= TimeSpan.FromDays(365) ? span : null) is not null,
        Times);

    private static TimeSpan? TrySeconds(string text) => TryTime(text, out var time) ? time
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < int.MaxValue
            ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Reads a time as <see cref="Times"/> says.</summary>
    public static bool TryTime(string text, out TimeSpan time)
    {
        time = default;
        return text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time);
    }

    /// <summary>A number of bytes, 1 or more; null when it is not given.</summary>
    public static Option<ByteSize?> Size(string name, string description)
    {
        var option = Parsed(name, description, null, (string text, out ByteSize? parsed) =>
        {
            parsed = null;
            try
            {
                parsed = ByteSize.Parse(text);
            }
            catch (FormatException)
            {
                // The text after this function tells what to write.
            }

            return parsed?.Bytes > 0;
        }, "a size, as 500GB or 2TB");
        option.HelpName = "SIZE";
        return option;
    }

    /// <summary>Whether an address is of this machine alone.</summary>
    public static bool IsLoopback(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http", IsLoopback: true };

    /// <summary>Any other; <paramref name="form"/> says what to write.</summary>
    public static Option<T> Parsed<T>(string name, string description, T value, Parser<T> parse, string form) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            if (!parse(text, out var parsed))
                argument.AddError($"{name}: '{text}' cannot be used. Write {form}.");
            return parsed;
        },
    };
}
