using System.Globalization;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>Query parameters, each within bounds; what is out of them is told to the caller by name.</summary>
internal readonly struct QueryValues(IQueryCollection query)
{
    public const int MaxText = 255;

    /// <summary>Text up to <paramref name="max"/> characters without NUL, as file names are; null when absent or empty.</summary>
    public string? Text(string key, int max = MaxText)
    {
        if (query[key].FirstOrDefault() is not { Length: > 0 } value)
            return null;
        return value.Length <= max && !value.Contains('\0')
            ? value
            : throw ApiException.BadRequest($"\"{key}\" must have at most {max} characters and no NUL.");
    }

    public long? Number(string key, long min, long max)
    {
        if (query[key].FirstOrDefault() is not { Length: > 0 } value)
            return null;
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= min && number <= max
            ? number
            : throw ApiException.BadRequest($"\"{key}\" must be a number from {min} to {max}.");
    }

    public Cid? Cid(string key)
    {
        if (query[key].FirstOrDefault() is not { Length: > 0 } value)
            return null;
        return Ipfs.Cid.TryParse(value, out var cid) ? cid : throw ApiException.BadRequest($"\"{key}\" is not a CID.");
    }

    public DateTimeOffset? Time(string key)
    {
        if (query[key].FirstOrDefault() is not { Length: > 0 } value)
            return null;
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw ApiException.BadRequest($"\"{key}\" is no RFC 3339 time.");
    }

    public T? Choice<T>(string key) where T : struct, Enum
    {
        if (query[key].FirstOrDefault() is not { Length: > 0 } value)
            return null;
        return Choose<T>(key, value);
    }

    /// <summary>A list separated by commas, 1 to <paramref name="max"/> long; empty when absent.</summary>
    public IReadOnlyList<string> List(string key, int max)
    {
        string[] values = query[key]
            .SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToArray();
        return values.Length <= max ? values : throw ApiException.BadRequest($"\"{key}\" takes at most {max} values.");
    }

    public static T Choose<T>(string key, string value) where T : struct, Enum =>
        char.IsAsciiLetter(value[0]) && Enum.TryParse<T>(value, ignoreCase: true, out var choice) && Enum.IsDefined(choice)
            ? choice
            : throw ApiException.BadRequest($"\"{key}\" must be one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
}
