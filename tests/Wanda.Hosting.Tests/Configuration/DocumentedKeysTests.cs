using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Wanda.Hosting.Tests.Configuration;

/// <summary>The tables of keys in docs/configuration.md against the options that are read.</summary>
[Collection("Environment")]
public sealed partial class DocumentedKeysTests
{
    private const string Page = "docs/configuration.md";
    private static readonly string[] Lines = File.ReadAllLines(Document(Page));

    private static readonly IReadOnlyList<string[]> Keys = Table("| key | default |");

    [Fact]
    public void Every_key_is_documented()
    {
        var rows = Keys.Concat(Table("| kind of destination |")).ToList();
        var named = rows.SelectMany(r => Spans(r[0])).ToHashSet();
        var words = rows.Select(r => (Key: Spans(r[0])[0], Words: r.Skip(1).SelectMany(Spans).ToHashSet())).ToList();
        var missing = Paths(typeof(WandaOptions), "").Where(
            path => !named.Contains(path) && !words.Any(w => Covers(w.Key, path) && w.Words.Contains(path[(path.LastIndexOf('.') + 1)..])));
        Assert.Equal([], missing);
    }

    [Fact]
    public void Every_documented_key_is_read()
    {
        var known = Paths(typeof(WandaOptions), "").ToList();
        Assert.Equal([], Keys.SelectMany(r => Spans(r[0]))
            .Where(key => !known.Any(path => path == key || path.StartsWith(key + ".", StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_documented_default_is_the_default()
    {
        var compared = 0;
        foreach (var row in Keys)
        {
            var (keys, values) = (Spans(row[0]), row[1].Split(", "));
            for (var i = 0; i < keys.Count && keys.Count == values.Length; i++)
            {
                if (Stated(values[i].Trim()) is not { } stated || keys[i].Contains("[]"))
                    continue;
                compared++;
                Assert.True(Same(Default(keys[i]), stated), $"{keys[i]}: {Page} says {stated}, and the default is {Default(keys[i])}.");
            }
        }

        Assert.True(compared > 15, $"only {compared} defaults were found");
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData(Page)]
    public void The_smallest_useful_file_starts_a_node(string document)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-document-").FullName;
        try
        {
            var token = Path.Combine(folder, "token");
            File.WriteAllText(token, "secret");
            var file = Path.Combine(folder, "wanda.json");
            File.WriteAllText(file, Json().Match(File.ReadAllText(Document(document))).Groups[1].Value.Replace(
                "/etc/wanda/altermundi.token", token, StringComparison.Ordinal));
            Assert.Equal(token, WandaConfiguration.Load(file).Destinations.Single().TokenFile);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Document(string name) => Path.Combine(
        typeof(DocumentedKeysTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!,
        name);

    // The keys of a list's elements, of Kubo and of a kind of destination are told in the row of the whole.
    private static bool Covers(string key, string path) =>
        path.StartsWith(key + ".", StringComparison.Ordinal)
            || path[..Math.Max(0, path.LastIndexOf('.'))] == key[..Math.Max(0, key.LastIndexOf('.'))]
        || (path.StartsWith("destinations[].", StringComparison.Ordinal) && DestinationKind.All.Any(k => k.Name == key));

    private static IEnumerable<string> Paths(Type type, string prefix)
    {
        foreach (var property in type.GetProperties().Where(p => p.SetMethod is { IsPublic: true }))
        {
            var (path, value) = (prefix + JsonNamingPolicy.CamelCase.ConvertName(property.Name), property.PropertyType);
            if (value.IsGenericType && value.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                && value.GetGenericArguments()[0] is var element && element.Name.EndsWith("Options", StringComparison.Ordinal))
            {
                (path, value) = (path + "[]", element);
            }

            if (value.Namespace == typeof(WandaOptions).Namespace && value.Name.EndsWith("Options", StringComparison.Ordinal))
            {
                foreach (var inner in Paths(value, path + "."))
                    yield return inner;
            }
            else
            {
                yield return path;
            }
        }
    }

    private static object? Default(string key)
    {
        object? value = new WandaOptions();
        foreach (var part in key.Split('.'))
        {
            value = value!.GetType().GetProperty(part, BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance)!
                .GetValue(value);
        }

        return value;
    }

    private static string? Stated(string text) =>
        Days().Match(text) is { Success: true } days
            ? days.Groups[1].Value + ".00:00:00"
            : text is ['`', .. var value, '`'] && !value.Contains('/') || text.StartsWith("`http", StringComparison.Ordinal)
                ? text.Trim('`')
                : null;

    private static bool Same(object? value, string stated) => value switch
    {
        TimeSpan span => span == TimeSpan.Parse(stated, CultureInfo.InvariantCulture),
        ByteSize size => size.Equals(ByteSize.Parse(stated)),
        _ => string.Equals(Convert.ToString(value, CultureInfo.InvariantCulture), stated, StringComparison.OrdinalIgnoreCase),
    };

    private static List<string[]> Table(string head) => Lines.SkipWhile(l => !l.StartsWith(head, StringComparison.Ordinal)).Skip(2)
        .TakeWhile(l => l.StartsWith('|')).Select(l => l.Trim('|').Split(" | ")).ToList();

    private static List<string> Spans(string cell) => Span().Matches(cell).Select(m => m.Groups[1].Value).ToList();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex("^([0-9]+) days$")]
    private static partial Regex Days();
}
