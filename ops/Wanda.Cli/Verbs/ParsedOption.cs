using System.CommandLine;
using System.Globalization;

namespace Wanda.Cli.Verbs;

/// <summary>Options that say what to write when what was written cannot be used.</summary>
internal static class ParsedOption
{
    private const double MostSeconds = 86400;

    private delegate bool Parser<T>(string text, out T value);

    /// <summary>A text that must be of some form.</summary>
    public static Option<string?> Text(string name, string description, string? value, Predicate<string> isGood, string form) =>
        Parsed(name, description, value, (string text, out string? parsed) => isGood(parsed = text), form);

    /// <summary>A number of things, 1 or more; null when it is not given.</summary>
    public static Option<int?> Count(string name, string description) => Parsed(
        name, description, null,
        (string text, out int? parsed) => (parsed = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : null) is not null,
        "a whole number, 1 or more");

    /// <summary>Seconds, 0 to a day.</summary>
    public static Option<double> Seconds(string name, string description, double value) => Parsed(
        name, description, value,
        (string text, out double parsed) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out parsed) && parsed is >= 0 and <= MostSeconds,
        $"seconds, 0 to {MostSeconds:0}");

    /// <summary>So many a second, 0.001 to 10,000; null when it is not given.</summary>
    public static Option<double?> Rate(string name, string description) => Parsed(
        name, description, null,
        (string text, out double? parsed) => (parsed = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && n is >= 0.001 and <= 10_000 ? n : null) is not null,
        "a number, 0.001 to 10000");

    /// <summary>A length of time, up to a year; null when it is not given. A bare number would be days, and is refused as in the configuration.</summary>
    public static Option<TimeSpan?> Length(string name, string description) => Parsed(
        name, description, null,
        (string text, out TimeSpan? parsed) => (parsed = text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span)
            && span > TimeSpan.Zero && span <= TimeSpan.FromDays(365) ? span : null) is not null,
        "hh:mm:ss: 00:30:00 is half an hour, 2.00:00:00 two days");

    /// <summary>Whether an address is of this machine alone.</summary>
    public static bool IsLoopback(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http", IsLoopback: true };

    private static Option<T> Parsed<T>(string name, string description, T value, Parser<T> parse, string form) => new(name)
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
