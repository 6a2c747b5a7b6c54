using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>What the documents point at is there.</summary>
public partial class DocumentTests
{
    private static readonly string[] Documents = [.. Repository.FilesOf(".md")];

    [Fact]
    public void Every_link_leads_to_a_file_or_a_heading()
    {
        var broken = from document in Documents
                     from Match link in Link().Matches(Repository.Text(document))
                     let target = link.Groups["path"].Value
                     where !target.Contains(':')
                     let path = target.Length == 0
                         ? document
                         : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, target))
                     where !IsThere(path)
                         || (link.Groups["heading"] is { Success: true } heading && !Headings(path).Contains(heading.Value))
                     select $"{document}: {link.Value}";
        Report.None(broken);
    }

    [Fact]
    public void Every_room_and_package_says_what_it_is()
    {
        string[] rooms = ["capture-producer", "contracts", "docs", "ops", "packages", "pinning-server", "tests", "workers"];
        var packages = ProjectFile.Rooms.Select(p => Path.GetDirectoryName(p.Path)!)
            .Where(folder => folder.StartsWith("packages/", StringComparison.Ordinal));
        Report.None(rooms.Concat(packages).Select(folder => $"{folder}/README.md").Except(Documents));
    }

    private static bool IsThere(string path) =>
        Path.Exists(Path.Combine(Repository.Root, path)) && !path.StartsWith("..", StringComparison.Ordinal);

    // As GitHub makes them: lower case, no punctuation, hyphens for spaces.
    private static IEnumerable<string> Headings(string path) =>
        Heading().Matches(Repository.Text(path))
            .Select(m => Punctuation().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<path>[^)#\s]*)(#(?<heading>[^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
