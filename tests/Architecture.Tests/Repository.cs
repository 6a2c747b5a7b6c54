using System.Reflection;

namespace Architecture.Tests;

/// <summary>The sources, read as text: these tests hold what no compiler can.</summary>
internal static class Repository
{
    private static readonly string[] NotSources =
        ["artifacts", "wanda-demo", "node_modules", ".git", ".vs", ".idea", "bin", "obj", "TestResults"];

    public static string Root { get; } =
        Path.TrimEndingDirectorySeparator(
            typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    private static readonly string[] TextExtensions =
    [
        ".cs", ".csproj", ".props", ".json", ".md", ".sh", ".razor", ".css", ".js", ".mjs", ".cjs", ".txt", ".sln", ".sql",
        ".yml", ".service", ".conf",
    ];

    /// <summary>Every source file, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Below(Root).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> FilesOf(params string[] extensions) => Files.Where(f => extensions.Contains(Path.GetExtension(f)));

    /// <summary>What people read: code, documents, configuration.</summary>
    public static IEnumerable<string> Texts => FilesOf(TextExtensions);

    /// <summary>What is shipped: everything but the tests.</summary>
    public static IEnumerable<string> ProductCode => FilesOf(".cs").Where(f => !f.StartsWith("tests/", StringComparison.Ordinal));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>A source's lines with their numbers from 1, without those that are comments.</summary>
    public static IEnumerable<(int Number, string Text)> Code(string file) =>
        File.ReadLines(Path.Combine(Root, file)).Select((text, i) => (i + 1, text))
            .Where(l => !l.text.TrimStart().StartsWith("//", StringComparison.Ordinal));

    private static IEnumerable<string> Below(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        foreach (var below in Directory.EnumerateDirectories(folder).Where(d => !NotSources.Contains(Path.GetFileName(d)))
            .SelectMany(Below))
        {
            yield return below;
        }
    }
}
