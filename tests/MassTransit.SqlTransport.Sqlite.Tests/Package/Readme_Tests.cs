namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

public sealed class Readme_Tests
{
    [Fact]
    public async Task The_sample_of_the_readme_is_the_one_that_compiles_here()
    {
        var readme = await LinesAsync("packages/MassTransit.SqlTransport.Sqlite/README.md", "```csharp", "```");
        var compiled = await LinesAsync("tests/MassTransit.SqlTransport.Sqlite.Tests/Package/ReadmeSample.cs", "// <sample>", "// </sample>");
        Assert.Equal(compiled, readme.Where(line => !IsUsing(line)));
        // The usings too, but for the namespace that these tests lie in.
        var file = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "tests/MassTransit.SqlTransport.Sqlite.Tests/Package/ReadmeSample.cs"));
        Assert.Equal(file.Where(IsUsing).Prepend("using MassTransit;"), readme.Where(IsUsing));
        Assert.InRange(compiled.Count, 10, 20);
    }

    private static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal);

    private static async Task<List<string>> LinesAsync(string path, string begin, string end) =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(Repository.Root, path)))
            .Select(line => line.Trim()).SkipWhile(line => line != begin).Skip(1).TakeWhile(line => line != end).Where(line => line.Length > 0)];
}
