using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>
/// One rule for folder and namespace: a file's namespace is that of its folder, or of a folder above it in the same project.
/// </summary>
public partial class NamespaceTests
{
    // Whoever builds a bus has "using MassTransit" already, as with every transport of it.
    private const string MassTransit = "packages/MassTransit.SqlTransport.Sqlite/Configuration/";

    // Against the rule, and to be mended when they are touched; empty is best.
    private static readonly string[] Strays = ["packages/MassTransit.SqlTransport.Sqlite/Operator",
        "tests/MassTransit.SqlTransport.Sqlite.Tests/Sqlite.Shared"];

    // A project's file or that of a shared source: its folder is where the namespace begins, and its name is the first part.
    private static readonly Dictionary<string, string> Roots = Repository.FilesOf(".csproj", ".props")
        .Where(f => f.Contains('/') && !f.EndsWith("Directory.Build.props", StringComparison.Ordinal))
        .ToDictionary(f => Path.GetDirectoryName(f)!, f => Path.GetFileNameWithoutExtension(f));

    [Fact]
    public void A_namespace_is_that_of_the_folder_or_of_one_above_it()
    {
        var others = from file in Repository.FilesOf(".cs")
                     let name = Namespace().Match(Repository.Text(file)).Groups[1].Value
                     where name.Length > 0 && !Allowed(Path.GetDirectoryName(file)!).Contains(name)
                     where !(name == "MassTransit" && file.StartsWith(MassTransit, StringComparison.Ordinal))
                     select (folder: Path.GetDirectoryName(file)!, text: $"{file}: {name}");
        Report.None(others.Where(o => !Strays.Contains(o.folder)).Select(o => o.text));
        Report.None(Strays.Except(others.Select(o => o.folder)).Select(folder => $"{folder} keeps the rule: take it out of the list."));
    }

    private static HashSet<string> Allowed(string folder)
    {
        var above = new List<string>();
        var at = folder;
        for (; !Roots.ContainsKey(at); at = Path.GetDirectoryName(at)!)
        {
            if (at.Length == 0)
                return [Path.GetFileName(folder)]; // sources that suites compile in, without a file of their own
            above.Insert(0, Path.GetFileName(at));
        }

        return [.. Enumerable.Range(0, above.Count + 1).Select(n => string.Join('.', above.Take(n).Prepend(Roots[at])))];
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
