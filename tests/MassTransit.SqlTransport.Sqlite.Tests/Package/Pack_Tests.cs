using System.IO.Compression;
using System.Text.RegularExpressions;

namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

public sealed partial class Pack_Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_package_holds_what_a_user_needs_and_its_symbols_lie_beside_it()
    {
        await Packed.IntoAsync(_folder.Path);

        using var package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_folder.Path, "*.nupkg")));
        string[] needed =
        [
            "README.md", "CHANGELOG.md", "lib/net10.0/MassTransit.SqlTransport.Sqlite.dll",
            "lib/net10.0/MassTransit.SqlTransport.Sqlite.xml",
            "docs/looking-after-the-file.md", "docs/with-masstransit.md",
        ];
        Assert.Empty(needed.Except(package.Entries.Select(e => e.FullName)));
        using var nuspec = new StreamReader(package.GetEntry("MassTransit.SqlTransport.Sqlite.nuspec")!.Open());
        var manifest = await nuspec.ReadToEndAsync();
        Assert.All(["<readme>README.md</readme>", "Apache-2.0</license>", "<releaseNotes>"],
            text => Assert.Contains(text, manifest, StringComparison.Ordinal));
        Assert.DoesNotContain("<frameworkReference", manifest, StringComparison.Ordinal);
        // Ranges: an application brings newer ones. The lowest of each is what these tests run with.
        var asked = Dependency().Matches(manifest).ToDictionary(m => m.Groups["id"].Value, m => m.Groups["version"].Value);
        Assert.Equal(["MassTransit", "Microsoft.Data.Sqlite.Core", "SQLite", "SQLitePCLRaw.bundle_e_sqlite3"],
            asked.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("[8.5.12, 9.0.0)", asked["MassTransit"]);
        Assert.All(asked.Values, version => Assert.Matches(@"^\d+(\.\d+)+$|^\[\d+(\.\d+)+, \d+\.0\.0\)$", version));

        using var symbols = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_folder.Path, "*.snupkg")));
        Assert.Contains(symbols.Entries, e => e.FullName == "lib/net10.0/MassTransit.SqlTransport.Sqlite.pdb");
    }

    [GeneratedRegex(@"<dependency id=""(?<id>[^""]+)"" version=""(?<version>[^""]+)""")]
    private static partial Regex Dependency();
}
