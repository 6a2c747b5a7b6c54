using System.Text.RegularExpressions;

namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

public sealed partial class Readme_Tests
{
    [Fact]
    public async Task The_sample_of_the_readme_is_the_one_that_compiles_here()
    {
        var readme = await LinesAsync("packages/MassTransit.SqlTransport.Sqlite/README.md", "```csharp", "```");
        var compiled = await LinesAsync("tests/MassTransit.SqlTransport.Sqlite.Tests/Package/ReadmeSample.cs",
            "// <sample>", "// </sample>");
        Assert.Equal(compiled, readme.Where(line => !IsUsing(line)));
        // The usings too, but for the namespace that these tests lie in.
        var file = await File.ReadAllLinesAsync(
            Path.Combine(Repository.Root, "tests/MassTransit.SqlTransport.Sqlite.Tests/Package/ReadmeSample.cs"));
        Assert.Equal(file.Where(IsUsing).Prepend("using MassTransit;"), readme.Where(IsUsing));
        Assert.InRange(compiled.Count, 10, 20);
    }

    [Fact]
    public async Task What_the_readme_and_the_docs_link_to_is_beside_them_as_it_is_in_the_package()
    {
        var package = Path.Combine(Repository.Root, "packages/MassTransit.SqlTransport.Sqlite");
        var links = 0;
        foreach (var file in Directory.GetFiles(Path.Combine(package, "docs")).Append(Path.Combine(package, "README.md")))
        {
            foreach (Match link in Link().Matches(await File.ReadAllTextAsync(file)))
            {
                Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(file)!, link.Groups[1].Value)),
                    $"{file} links to {link.Groups[1].Value}");
                links++;
            }
        }

        Assert.True(links >= 3);
    }

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)")]
    private static partial Regex Link();

    private static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal);

    private static async Task<List<string>> LinesAsync(string path, string begin, string end) =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(Repository.Root, path)))
            .Select(line => line.Trim()).SkipWhile(line => line != begin).Skip(1).TakeWhile(line => line != end)
            .Where(line => line.Length > 0)];
}
