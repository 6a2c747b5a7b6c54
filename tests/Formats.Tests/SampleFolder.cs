using System.Reflection;
using Wanda.Catalog;

namespace Formats.Tests;

/// <summary>Where samples lie, and how one becomes a data folder again.</summary>
internal static class SampleFolder
{
    public static readonly string[] Databases = ["catalogue", "queue"];

    public static string Root { get; } = Path.Combine(
        typeof(SampleFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!,
        "tests", "Formats.Tests", "Samples");

    public static string Current { get; } = Path.Combine(Root,
        typeof(Wanda.Contracts.CaptureSaved).Assembly.GetName().Version!.ToString(3));

    public static IEnumerable<string> Versions =>
        Directory.EnumerateDirectories(Root).Select(Path.GetFileName).Order(StringComparer.Ordinal)!;

    public static string Text(string version, string file) => File.ReadAllText(Path.Combine(Root, version, file));

    /// <summary>A file of the sample session's own: among its frames until 0.2.</summary>
    public static string SessionText(string version, string file)
    {
        var folder = $"frames/{Known.Session}";
        var own = $"{folder}/{SessionFolder.OwnName}/{file}";
        return Text(version, File.Exists(Path.Combine(Root, version, own)) ? own : $"{folder}/{file}");
    }

    /// <summary>Makes a data folder of a version's samples.</summary>
    public static async Task RestoreAsync(string version, string folder, bool catalogue = true)
    {
        var from = Path.Combine(Root, version);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(from, "frames"), "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        foreach (var name in Databases.Where(name => catalogue || name != "catalogue"))
            await SqlDump.RestoreAsync(Text(version, name + ".sql"), Path.Combine(folder, name + ".db"));
    }
}
