using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Wanda.Hosting;

/// <summary>
/// Holds what was written against the options, key by key: is there such a key, and can its value be read? The binder that comes after
/// speaks to programmers, stops at the first mistake, and takes "30" for thirty days.
/// </summary>
/// <param name="source">Where it was written, for the messages.</param>
internal sealed class ConfigurationKeys(string source)
{
    /// <summary>What is wrong, a sentence a key.</summary>
    public IEnumerable<string> Problems(IConfiguration configuration) => Object(configuration, "", typeof(WandaOptions));

    private IEnumerable<string> Object(IConfiguration section, string path, Type type)
    {
        var properties = type.GetProperties().Where(p => p.SetMethod is { IsPublic: true }).ToList();
        foreach (var child in section.GetChildren())
        {
            var property = properties.Find(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            var key = Join(path, property is null ? child.Key : Written(property));
            var problems = property is null
                ? [$"{key}: is unknown (in {source}). Take it out, or write the one you meant: "
                    + $"{string.Join(", ", properties.Select(Written))}."]
                : Value(child, key, property.PropertyType);
            foreach (var problem in problems)
                yield return problem;
        }
    }

    private IEnumerable<string> Value(IConfigurationSection section, string key, Type type)
    {
        var isList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
        if (!isList && TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)))
            return Scalar(section, key, type);
        // An empty list or object, and a null, have an empty value or none.
        if (!string.IsNullOrEmpty(section.Value))
            return [$"{key}: cannot be a value of its own. Write {(isList ? ListOf(type) : "an object, as { ... }")}."];
        if (!isList)
            return Object(section, key, type);
        var element = type.GetGenericArguments()[0];
        return section.GetChildren().Any(c => !int.TryParse(c.Key, out _))
            ? [$"{key}: is a list. Write [ {{ ... }} ], also around a single one."]
            : section.GetChildren().SelectMany(c => Value(c, $"{key}[{c.Key}]", element));
    }

    private static string ListOf(Type type) =>
        type.GetGenericArguments()[0] is var element && TypeDescriptor.GetConverter(element).CanConvertFrom(typeof(string))
            ? $"a list, in [ ], of {Form(element)}"
            : "a list, as [ { ... } ]";

    private static IEnumerable<string> Scalar(IConfigurationSection section, string key, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (section.GetChildren().Any())
            yield return $"{key}: takes one value. Write {Form(type)}.";
        else if (section.Value is { } text && !CanRead(text, type))
            yield return $"{key}: '{text}' cannot be used. Write {Form(type)}.";
    }

    private static bool CanRead(string text, Type type)
    {
        // A bare number would be days.
        if (type == typeof(TimeSpan) && !text.Contains(':'))
            return false;
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    private static string Form(Type type) => type switch
    {
        _ when type == typeof(TimeSpan) => "a time as hh:mm:ss: \"00:00:30\" is half a minute, \"30.00:00:00\" is 30 days",
        _ when type == typeof(ByteSize) => "a number and a unit, as \"500MB\" or \"2GB\"",
        _ when type == typeof(UploadWindow) => "two different times, as \"22:00-06:00\"; leave it out for any hour",
        _ when type == typeof(GlobPattern) =>
            $"a pattern for paths below the folder, as \"*.fits\" or \"flats/**\": at most {GlobPattern.MaxLength} long, a [ with its ]",
        _ when type == typeof(WatchPreset) => string.Join(" or ", WatchPreset.All.Select(p => $"\"{p}\"")),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) => "a whole number",
        _ when type == typeof(double) => "a number",
        { IsEnum: true } => string.Join(" or ", Enum.GetNames(type).Select(n => $"\"{JsonNamingPolicy.CamelCase.ConvertName(n)}\"")),
        _ => "a text",
    };

    private static string Written(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
